-- What was sealed when voting closed stays: the root, the number of ballots, the turnout. The file may be made anew.
CREATE FUNCTION elka_seal_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (NEW.contest_id, NEW.root, NEW.ballots, NEW.sealed_at, NEW.turnout)
            IS DISTINCT FROM (OLD.contest_id, OLD.root, OLD.ballots, OLD.sealed_at, OLD.turnout) THEN
        RAISE EXCEPTION 'what was sealed when voting closed stays' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER seal_stands BEFORE UPDATE OR DELETE ON publications FOR EACH ROW EXECUTE FUNCTION elka_seal_stands();

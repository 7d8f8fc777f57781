-- Mutually exclusive projects: groups are made and changed while applications are admitted, never after voting has opened.

CREATE FUNCTION elka_exclusive_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    concerned bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.contest_id ELSE NEW.contest_id END;
    stands text;
    moved boolean := true;
BEGIN
    -- The row is held, so that voting does not open until this is over: a group is in the count or it is not there.
    SELECT stage INTO stands FROM contests WHERE id = concerned FOR SHARE;
    IF stands NOT IN ('accepting', 'admission') THEN
        RAISE EXCEPTION 'which projects exclude each other does not change after voting has opened'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF TG_TABLE_NAME = 'exclusive_groups' THEN
            moved := (NEW.id, NEW.contest_id) <> (OLD.id, OLD.contest_id);
        END IF;
        IF moved THEN
            RAISE EXCEPTION 'a group of projects stays in its contest, and its members are put in or taken out'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER stands BEFORE INSERT OR UPDATE OR DELETE ON exclusive_groups
    FOR EACH ROW EXECUTE FUNCTION elka_exclusive_stands();
CREATE TRIGGER stands BEFORE INSERT OR UPDATE OR DELETE ON exclusive_members
    FOR EACH ROW EXECUTE FUNCTION elka_exclusive_stands();

-- At the end of a transaction a group has 2 to 20 members, or it is not there.
CREATE FUNCTION elka_exclusive_size() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    concerned bigint;
    members integer;
BEGIN
    IF TG_TABLE_NAME = 'exclusive_groups' THEN
        concerned := NEW.id;
    ELSE
        concerned := CASE TG_OP WHEN 'DELETE' THEN OLD.group_id ELSE NEW.group_id END;
    END IF;
    IF EXISTS (SELECT FROM exclusive_groups WHERE id = concerned) THEN
        SELECT count(*) INTO members FROM exclusive_members WHERE group_id = concerned;
        IF members NOT BETWEEN 2 AND 20 THEN
            RAISE EXCEPTION 'a group of projects that exclude each other has 2 to 20 of them, not %', members
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER size_stands AFTER INSERT ON exclusive_groups
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION elka_exclusive_size();
CREATE CONSTRAINT TRIGGER size_stands AFTER INSERT OR DELETE ON exclusive_members
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION elka_exclusive_size();

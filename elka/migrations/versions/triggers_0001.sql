-- What the database itself refuses, whoever asks.

CREATE FUNCTION elka_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON journal FOR EACH ROW EXECUTE FUNCTION elka_append_only();
CREATE TRIGGER append_only_all BEFORE TRUNCATE ON journal FOR EACH STATEMENT EXECUTE FUNCTION elka_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON journal_seals FOR EACH ROW EXECUTE FUNCTION elka_append_only();
CREATE TRIGGER append_only_all BEFORE TRUNCATE ON journal_seals FOR EACH STATEMENT EXECUTE FUNCTION elka_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON revisions FOR EACH ROW EXECUTE FUNCTION elka_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON consent_documents FOR EACH ROW EXECUTE FUNCTION elka_append_only();

-- A ballot takes its limit from the contest, starts empty, and stays with its voter.
CREATE FUNCTION elka_ballot_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.picks := 0;
        SELECT vote_limit INTO NEW.pick_limit FROM contests WHERE id = NEW.contest_id;
        RETURN NEW;
    END IF;
    IF (NEW.contest_id, NEW.person_id, NEW.receipt) IS DISTINCT FROM (OLD.contest_id, OLD.person_id, OLD.receipt)
        OR NEW.pick_limit IS DISTINCT FROM OLD.pick_limit THEN
        RAISE EXCEPTION 'a ballot stays with its voter, contest and limit'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.picks <> OLD.picks AND pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'picks are counted from votes only' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON ballots FOR EACH ROW EXECUTE FUNCTION elka_ballot_guard();

-- The ballot's row counts its votes: it is locked by the update, so two requests cannot both pass the limit.
CREATE FUNCTION elka_votes_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE ballots SET picks = picks + added.n
    FROM (SELECT ballot_id, count(*) AS n FROM fresh GROUP BY ballot_id) AS added
    WHERE ballots.id = added.ballot_id;
    RETURN NULL;
END $$;
CREATE FUNCTION elka_votes_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE ballots SET picks = picks - removed.n
    FROM (SELECT ballot_id, count(*) AS n FROM gone GROUP BY ballot_id) AS removed
    WHERE ballots.id = removed.ballot_id;
    RETURN NULL;
END $$;
CREATE TRIGGER counted AFTER INSERT ON votes REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION elka_votes_added();
CREATE TRIGGER uncounted AFTER DELETE ON votes REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION elka_votes_removed();
CREATE TRIGGER never_changed BEFORE UPDATE ON votes FOR EACH ROW EXECUTE FUNCTION elka_append_only();

-- The rules of a contest stand still once voting has opened.
CREATE FUNCTION elka_rules_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.stage IN ('voting', 'decision', 'awarded', 'closed') AND (
        (NEW.kind, NEW.budget, NEW.min_cost, NEW.max_cost, NEW.max_share, NEW.min_age, NEW.group_min, NEW.min_votes,
         NEW.may_change_votes, NEW.figures_hidden)
        IS DISTINCT FROM
        (OLD.kind, OLD.budget, OLD.min_cost, OLD.max_cost, OLD.max_share, OLD.min_age, OLD.group_min, OLD.min_votes,
         OLD.may_change_votes, OLD.figures_hidden)
        OR NEW.vote_limit IS DISTINCT FROM OLD.vote_limit
        OR NEW.draw_seed IS DISTINCT FROM OLD.draw_seed
        OR NEW.municipality_id IS DISTINCT FROM OLD.municipality_id
    ) THEN
        RAISE EXCEPTION 'the rules of a contest cannot change after voting opened'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rules_stand BEFORE UPDATE ON contests FOR EACH ROW EXECUTE FUNCTION elka_rules_stand();

-- Once voting has opened its opening stays and its closing only moves later (prolonging).
CREATE FUNCTION elka_voting_dates_stand() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE at_stage text;
BEGIN
    SELECT stage INTO at_stage FROM contests WHERE id = OLD.contest_id;
    IF OLD.kind = 'voting' AND at_stage IN ('voting', 'decision', 'awarded', 'closed') AND (
        TG_OP = 'DELETE' OR NEW.opens_at <> OLD.opens_at OR NEW.closes_at < OLD.closes_at
        OR (at_stage <> 'voting' AND NEW.closes_at <> OLD.closes_at)
    ) THEN
        RAISE EXCEPTION 'the dates of an open vote can only be prolonged'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER dates_stand BEFORE UPDATE OR DELETE ON contest_phases
    FOR EACH ROW EXECUTE FUNCTION elka_voting_dates_stand();

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

-- A voter's whole ballot in one statement: locked, checked, replaced, journalled. The caller knows who the voter is
-- and how old they are; everything else is judged here. `answer` is 'new' or 'changed' (written), 'same' (nothing
-- to change) or why not: missing, soon, closed, young, limit, empty, strange (`culprit` is not on this ballot),
-- kept (`culprit` is a former pick that may not be taken back). The caller rolls back unless it is one of the first three.
-- Casting holds the contest's lock shared, counting holds it alone (elka/models/votes.py): a count sees whole ballots
-- only, and each statement below reads what was committed before the lock was given.
CREATE FUNCTION elka_cast(
    of_contest bigint, voter bigint, age integer, chosen bigint[], fresh_receipt text, moment timestamptz,
    OUT answer text, OUT culprit bigint, OUT receipt text, OUT most integer, OUT youngest integer,
    OUT opens timestamptz, OUT closes timestamptz, OUT changeable boolean
) LANGUAGE plpgsql AS $$
DECLARE
    at_stage text;
    mine bigint;
    fresh boolean := false;
    added integer;
    removed integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7235111, of_contest::integer);
    SELECT c.stage, c.vote_limit, c.min_age, c.may_change_votes, p.opens_at, p.closes_at
        INTO at_stage, most, youngest, changeable, opens, closes
        FROM contests c LEFT JOIN contest_phases p ON p.contest_id = c.id AND p.kind = 'voting'
        WHERE c.id = of_contest AND c.announced_at IS NOT NULL;
    answer := CASE
        WHEN at_stage IS NULL THEN 'missing'
        WHEN at_stage IN ('draft', 'announced', 'accepting', 'admission') OR moment < opens THEN 'soon'
        WHEN at_stage <> 'voting' OR opens IS NULL OR moment >= closes THEN 'closed'
        WHEN age < youngest THEN 'young'
        WHEN cardinality(chosen) > most THEN 'limit'
    END;
    IF answer IS NOT NULL THEN RETURN; END IF;

    SELECT pick INTO culprit FROM unnest(chosen) AS pick WHERE NOT EXISTS (
        SELECT FROM applications a
        WHERE a.id = pick AND a.contest_id = of_contest AND a.status IN ('admitted', 'won', 'lost')) LIMIT 1;
    IF FOUND THEN answer := 'strange'; RETURN; END IF;

    SELECT b.id, b.receipt INTO mine, receipt FROM ballots b
        WHERE b.contest_id = of_contest AND b.person_id = voter FOR UPDATE;
    IF mine IS NULL THEN
        IF cardinality(chosen) = 0 THEN answer := 'empty'; RETURN; END IF;
        -- `fresh` is false if another tab was first: then its row is taken, locked.
        INSERT INTO ballots AS b (contest_id, person_id, receipt, cast_at, changed_at)
            VALUES (of_contest, voter, fresh_receipt, moment, moment)
            ON CONFLICT (contest_id, person_id) DO UPDATE SET changed_at = b.changed_at
            RETURNING b.id, b.receipt, b.xmax = 0 INTO mine, receipt, fresh;
    END IF;

    IF NOT fresh THEN
        IF NOT changeable THEN
            -- A project that left the ballot meanwhile frees its place.
            SELECT v.application_id INTO culprit FROM votes v JOIN applications a ON a.id = v.application_id
                WHERE v.ballot_id = mine AND v.application_id <> ALL (chosen) AND a.status IN ('admitted', 'won', 'lost')
                LIMIT 1;
            IF FOUND THEN answer := 'kept'; RETURN; END IF;
        END IF;
        DELETE FROM votes v WHERE v.ballot_id = mine AND v.application_id <> ALL (chosen);
        GET DIAGNOSTICS removed = ROW_COUNT;
    END IF;
    INSERT INTO votes (ballot_id, application_id, contest_id)
        SELECT mine, pick, of_contest FROM unnest(chosen) AS pick ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS added = ROW_COUNT;
    answer := CASE WHEN added + removed = 0 THEN 'same' WHEN fresh THEN 'new' ELSE 'changed' END;
    IF answer <> 'same' THEN
        IF NOT fresh THEN UPDATE ballots b SET changed_at = moment WHERE b.id = mine; END IF;
        INSERT INTO journal (at, actor_id, key, subject_kind, subject_id, facts)
            VALUES (moment, voter, 'ballot.cast', 'ballot', mine, jsonb_build_object('contest', of_contest));
    END IF;
END $$;

-- Annulling ballots takes two people, ends with the publication, and is never unmade silently.

-- What counts: every figure of a contest reads these two, and nothing else asks which ballots are annulled.
CREATE VIEW valid_ballots AS
    SELECT b.id, b.contest_id, b.person_id, b.picks, b.receipt FROM ballots b WHERE b.annulled_by IS NULL;
-- The few annulled ones are looked up by an index of their own, so votes are read no slower than without them.
CREATE VIEW valid_votes AS
    SELECT v.* FROM votes v
    WHERE NOT EXISTS (SELECT FROM ballots b WHERE b.id = v.ballot_id AND b.annulled_by IS NOT NULL);

-- The mark on a ballot comes and goes with a confirmed annulment alone, and a marked ballot stands as it was cast.
CREATE FUNCTION elka_annulled_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.annulled_by IS NOT NULL THEN
            RAISE EXCEPTION 'a ballot is cast before it is annulled' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    ELSIF NEW.annulled_by IS DISTINCT FROM OLD.annulled_by THEN
        IF pg_trigger_depth() < 2 THEN
            RAISE EXCEPTION 'ballots are annulled by a confirmed annulment only'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    ELSIF OLD.annulled_by IS NOT NULL THEN
        RAISE EXCEPTION 'an annulled ballot stands as it was cast' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER annulled_stands BEFORE INSERT OR UPDATE ON ballots FOR EACH ROW EXECUTE FUNCTION elka_annulled_stands();

CREATE FUNCTION elka_annulment_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an annulment is never deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM contests c WHERE c.id = NEW.contest_id AND c.published_at IS NULL
            AND c.stage IN ('voting', 'expert', 'decision')) THEN
        RAISE EXCEPTION 'ballots are annulled only from the opening of a vote to the publication of its results'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.decided_at IS NOT NULL THEN
            RAISE EXCEPTION 'an annulment is proposed first' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.decided_at IS NOT NULL OR NEW.decided_at IS NULL
        OR (NEW.id, NEW.contest_id, NEW.ground, NEW.words, NEW.pattern, NEW.size, NEW.proposed_by, NEW.proposed_at)
            IS DISTINCT FROM
            (OLD.id, OLD.contest_id, OLD.ground, OLD.words, OLD.pattern, OLD.size, OLD.proposed_by, OLD.proposed_at)
        OR NEW.lifts IS DISTINCT FROM OLD.lifts THEN
        RAISE EXCEPTION 'an annulment is decided once and otherwise stays as proposed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.size <> (SELECT count(*) FROM annulment_ballots l WHERE l.annulment_id = NEW.id) THEN
        RAISE EXCEPTION 'an annulment names as many ballots as it says' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (
        SELECT FROM annulment_ballots l JOIN ballots b ON b.id = l.ballot_id
        WHERE l.annulment_id = NEW.id AND b.person_id IN (NEW.proposed_by, NEW.decided_by)) THEN
        RAISE EXCEPTION 'nobody decides on their own ballot' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON annulments
    FOR EACH ROW EXECUTE FUNCTION elka_annulment_guard();

CREATE FUNCTION elka_annulment_done() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    marked integer;
BEGIN
    IF NEW.lifts IS NULL THEN
        UPDATE ballots b SET annulled_by = NEW.id FROM annulment_ballots l
            WHERE l.annulment_id = NEW.id AND b.id = l.ballot_id AND b.annulled_by IS NULL;
    ELSE
        UPDATE ballots b SET annulled_by = NULL FROM annulment_ballots l
            WHERE l.annulment_id = NEW.id AND b.id = l.ballot_id AND b.annulled_by = NEW.lifts;
    END IF;
    GET DIAGNOSTICS marked = ROW_COUNT;
    IF marked <> NEW.size THEN
        RAISE EXCEPTION 'some of these ballots are annulled or lifted already'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER done AFTER UPDATE ON annulments FOR EACH ROW WHEN (NEW.confirmed)
    EXECUTE FUNCTION elka_annulment_done();

-- Which ballots an annulment names is said when it is proposed, and stays.
CREATE FUNCTION elka_annulment_ballots_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' OR EXISTS (SELECT FROM annulments a WHERE a.id = NEW.annulment_id AND a.decided_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the ballots of an annulment stay as proposed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON annulment_ballots
    FOR EACH ROW EXECUTE FUNCTION elka_annulment_ballots_guard();

-- Whether a proof of work is asked before this vote, and why; NULL: it is not. Each count ends at its limit, so the
-- question costs the same however many have voted. What is being cast this very moment is not seen: a proof is a brake,
-- not a lock.
CREATE FUNCTION elka_proof_asked(
    of_contest bigint, voter bigint, address bytea, net bytea, moment timestamptz, surging boolean,
    minutes integer, most_address integer, most_net integer, most_fresh integer
) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    since timestamptz := moment - make_interval(mins => minutes);
    made timestamptz;
BEGIN
    IF address IS NOT NULL THEN
        IF (SELECT count(*) FROM (
                SELECT FROM vote_traces t WHERE t.contest_id = of_contest AND t.address_key = address
                    AND t.cast_at > since AND t.person_id <> voter LIMIT most_address) AS near) >= most_address THEN
            RETURN 'address';
        END IF;
        IF (SELECT count(*) FROM (
                SELECT FROM vote_traces t WHERE t.contest_id = of_contest AND t.net_key = net
                    AND t.cast_at > since AND t.person_id <> voter LIMIT most_net) AS near) >= most_net THEN
            RETURN 'net';
        END IF;
        IF (SELECT count(*) FROM (
                SELECT FROM vote_traces t WHERE t.contest_id = of_contest AND t.address_key = address
                    AND t.cast_at > moment - interval '1 day' AND t.account_at > t.cast_at - interval '1 day'
                    AND t.person_id <> voter LIMIT most_fresh) AS near) >= most_fresh THEN
            SELECT p.created_at INTO made FROM people p WHERE p.id = voter;
            IF made > moment - interval '1 day' THEN RETURN 'fresh'; END IF;
        END IF;
    END IF;
    IF surging THEN
        SELECT p.created_at INTO made FROM people p WHERE p.id = voter;
        IF made > moment - interval '7 days' THEN RETURN 'surge'; END IF;
    END IF;
    RETURN NULL;
END $$;

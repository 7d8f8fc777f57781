-- Published results are corrected by a signed version only, and every version stays as it was published.

-- A correction is proposed of published results, decided once by another person, and never deleted.
CREATE FUNCTION elka_result_correction_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a correction of results is never deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM contests c WHERE c.id = NEW.contest_id AND c.published_at IS NOT NULL
            AND c.stage IN ('awarded', 'closed')) THEN
        RAISE EXCEPTION 'only published results are corrected' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'proposed' OR NEW.base IS DISTINCT FROM
            (SELECT max(v.number) FROM result_versions v WHERE v.contest_id = NEW.contest_id) THEN
            RAISE EXCEPTION 'a correction is proposed first, of the version in force'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.status <> 'proposed' OR NEW.status = 'proposed'
        OR (NEW.id, NEW.contest_id, NEW.base, NEW.ground, NEW.words, NEW.withdrawn, NEW.returned, NEW.ballots, NEW.batches,
            NEW.foreseen, NEW.proposed_by, NEW.proposed_at)
            IS DISTINCT FROM
           (OLD.id, OLD.contest_id, OLD.base, OLD.ground, OLD.words, OLD.withdrawn, OLD.returned, OLD.ballots, OLD.batches,
            OLD.foreseen, OLD.proposed_by, OLD.proposed_at) THEN
        RAISE EXCEPTION 'a correction is decided once and otherwise stays as proposed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON result_corrections
    FOR EACH ROW EXECUTE FUNCTION elka_result_correction_guard();

-- Versions follow one another: the first with the publication, each next one by a signed correction of the one before it.
CREATE FUNCTION elka_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before result_versions;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'a version of results stays as it was published' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM contests c WHERE c.id = NEW.contest_id AND c.published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a version is of published results' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT * INTO before FROM result_versions v WHERE v.contest_id = NEW.contest_id ORDER BY v.number DESC LIMIT 1;
    IF NEW.number <> coalesce(before.number, 0) + 1 OR NEW.previous IS DISTINCT FROM before.digest THEN
        RAISE EXCEPTION 'versions of results follow one another' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.number > 1 AND NOT EXISTS (
        SELECT FROM result_corrections c WHERE c.id = NEW.correction_id AND c.contest_id = NEW.contest_id
            AND c.status = 'signed' AND c.base = before.number) THEN
        RAISE EXCEPTION 'results are corrected by a signed correction of the version in force'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON result_versions
    FOR EACH ROW EXECUTE FUNCTION elka_version_guard();

CREATE FUNCTION elka_outcome_versions_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a version of results stays as it was published' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER stands BEFORE UPDATE OR DELETE ON outcome_versions
    FOR EACH ROW EXECUTE FUNCTION elka_outcome_versions_stand();

-- The outcomes of a version are written at once: with any of them there, none can be added.
CREATE FUNCTION elka_outcome_versions_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT contest_id, number FROM fresh) f
        WHERE (SELECT count(*) FROM outcome_versions o WHERE o.contest_id = f.contest_id AND o.number = f.number)
            <> (SELECT count(*) FROM outcomes o WHERE o.contest_id = f.contest_id)) THEN
        RAISE EXCEPTION 'a version tells of every project of the count' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER whole AFTER INSERT ON outcome_versions REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION elka_outcome_versions_whole();

CREATE FUNCTION elka_version_file_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published file stays as it is' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER stands BEFORE UPDATE OR DELETE ON version_files FOR EACH ROW EXECUTE FUNCTION elka_version_file_stands();

-- What is in force is what the newest version says: rows of it can only become what stands there.
CREATE FUNCTION elka_outcome_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_contest bigint := CASE TG_OP WHEN 'INSERT' THEN NEW.contest_id ELSE OLD.contest_id END;
    newest integer;
BEGIN
    SELECT max(v.number) INTO newest FROM result_versions v WHERE v.contest_id = of_contest;
    IF newest IS NOT NULL AND (TG_OP <> 'UPDATE' OR NEW IS DISTINCT FROM (
        SELECT jsonb_populate_record(NULL::outcomes, o.facts) FROM outcome_versions o
        WHERE o.contest_id = NEW.contest_id AND o.number = newest AND o.application_id = NEW.application_id)) THEN
        RAISE EXCEPTION 'published outcomes change by a signed correction only'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER stands BEFORE INSERT OR UPDATE OR DELETE ON outcomes FOR EACH ROW EXECUTE FUNCTION elka_outcome_stands();

CREATE FUNCTION elka_count_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    newest result_versions;
BEGIN
    SELECT * INTO newest FROM result_versions v WHERE v.contest_id = OLD.contest_id ORDER BY v.number DESC LIMIT 1;
    IF newest.number IS NOT NULL AND (
        TG_OP = 'DELETE' OR NEW IS DISTINCT FROM (SELECT jsonb_populate_record(NULL::counts, newest.count))) THEN
        RAISE EXCEPTION 'a published count changes by a signed correction only'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER stands BEFORE UPDATE OR DELETE ON counts FOR EACH ROW EXECUTE FUNCTION elka_count_stands();

-- As in triggers_0006.sql; new: after the publication ballots are annulled by a correction of the results, those and only
-- those that it names, by the very two people who proposed and sign it.
CREATE OR REPLACE FUNCTION elka_annulment_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    correction result_corrections;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an annulment is never deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM contests c WHERE c.id = NEW.contest_id AND c.published_at IS NULL
            AND c.stage IN ('voting', 'expert', 'decision')) THEN
        SELECT * INTO correction FROM result_corrections c
            WHERE c.contest_id = NEW.contest_id AND c.status = 'proposed' AND c.proposed_by = NEW.proposed_by;
        IF correction.id IS NULL OR NEW.lifts IS NOT NULL OR NEW.confirmed IS FALSE
            OR NEW.size <> cardinality(correction.ballots)
            OR (TG_OP = 'UPDATE' AND EXISTS (
                SELECT FROM annulment_ballots l
                WHERE l.annulment_id = NEW.id AND NOT l.ballot_id = ANY (correction.ballots))) THEN
            RAISE EXCEPTION 'ballots are annulled only from the opening of a vote to the publication of its results'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
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

-- As in triggers_0007.sql; new: after the publication a confirmed batch is taken out by a correction of the results that
-- names it, by the very two people who proposed and sign it.
CREATE OR REPLACE FUNCTION elka_paper_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    correction result_corrections;
BEGIN
    IF EXISTS (SELECT FROM contests c WHERE c.id = OLD.contest_id AND c.published_at IS NOT NULL) THEN
        IF TG_OP = 'UPDATE' THEN
            SELECT * INTO correction FROM result_corrections c
                WHERE c.contest_id = NEW.contest_id AND c.status = 'proposed' AND c.proposed_by = NEW.leaving_by;
        END IF;
        IF correction.id IS NULL OR NOT OLD.id = ANY (correction.batches)
            OR (OLD.status, NEW.status) NOT IN (('confirmed', 'withdrawn')) THEN
            RAISE EXCEPTION 'paper ballots do not change after the results are published'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    IF OLD.decided_by IS NOT NULL AND (
        TG_OP = 'DELETE'
        OR (NEW.contest_id, NEW.place, NEW.kind, NEW.text, NEW.ballots, NEW.spoiled, NEW.sha256, NEW.entered_by, NEW.decided_by)
            IS DISTINCT FROM
           (OLD.contest_id, OLD.place, OLD.kind, OLD.text, OLD.ballots, OLD.spoiled, OLD.sha256, OLD.entered_by, OLD.decided_by)
        OR NEW.content IS DISTINCT FROM OLD.content
        OR OLD.status = 'withdrawn'
    ) THEN
        RAISE EXCEPTION 'a confirmed batch of paper ballots does not change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

-- A batch of paper ballots that a correction of published results puts in place of a counted one.

-- As in triggers_0009.sql; new: what a correction puts into the count (entered) stays as proposed too.
CREATE OR REPLACE FUNCTION elka_result_correction_guard() RETURNS trigger LANGUAGE plpgsql AS $$
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
            NEW.entered, NEW.foreseen, NEW.proposed_by, NEW.proposed_at)
            IS DISTINCT FROM
           (OLD.id, OLD.contest_id, OLD.base, OLD.ground, OLD.words, OLD.withdrawn, OLD.returned, OLD.ballots, OLD.batches,
            OLD.entered, OLD.foreseen, OLD.proposed_by, OLD.proposed_at) THEN
        RAISE EXCEPTION 'a correction is decided once and otherwise stays as proposed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

-- As in triggers_0009.sql; new: after the publication a batch can be entered in place of a counted one, by two people as
-- before. It is not in the count until a correction that names both takes the former one out, and stands still while such
-- a correction waits. What is inserted is looked at too.
CREATE OR REPLACE FUNCTION elka_paper_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    concerned bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.contest_id ELSE NEW.contest_id END;
    published boolean := EXISTS (SELECT FROM contests c WHERE c.id = concerned AND c.published_at IS NOT NULL);
    correction result_corrections;
    allowed boolean;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF published <> (NEW.replaces IS NOT NULL) OR (published AND (NEW.status <> 'draft' OR NOT EXISTS (
            SELECT FROM paper_batches b WHERE b.id = NEW.replaces AND b.contest_id = concerned AND b.status = 'confirmed'))) THEN
            RAISE EXCEPTION 'after the results are published paper ballots are entered only in place of a counted batch'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.contest_id, NEW.replaces) IS DISTINCT FROM (OLD.contest_id, OLD.replaces) THEN
        RAISE EXCEPTION 'a batch of paper ballots stays where it was entered' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF published THEN
        SELECT * INTO correction FROM result_corrections c WHERE c.contest_id = concerned AND c.status = 'proposed';
        allowed := CASE
            WHEN TG_OP = 'DELETE' THEN OLD.status = 'draft'
            WHEN OLD.status = 'confirmed' THEN
                NEW.status = 'withdrawn' AND OLD.id = ANY (correction.batches) AND correction.proposed_by = NEW.leaving_by
            WHEN NEW.status = 'confirmed' THEN
                OLD.status = 'ready' AND OLD.id = ANY (correction.entered) AND OLD.replaces = ANY (correction.batches)
                AND EXISTS (SELECT FROM paper_batches b WHERE b.id = OLD.replaces AND b.status = 'withdrawn')
            ELSE
                OLD.status IN ('draft', 'sent', 'ready') AND NEW.status IN ('draft', 'sent', 'ready')
                AND OLD.replaces IS NOT NULL AND NOT coalesce(OLD.id = ANY (correction.entered), false)
            END;
        IF allowed IS NOT TRUE THEN
            RAISE EXCEPTION 'paper ballots do not change after the results are published, but by a correction'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    IF OLD.decided_by IS NOT NULL AND NOT (TG_OP = 'UPDATE' AND OLD.status = 'ready' AND NEW.status = 'draft') AND (
        TG_OP = 'DELETE'
        OR (NEW.place, NEW.kind, NEW.text, NEW.ballots, NEW.spoiled, NEW.sha256, NEW.entered_by, NEW.decided_by)
            IS DISTINCT FROM
           (OLD.place, OLD.kind, OLD.text, OLD.ballots, OLD.spoiled, OLD.sha256, OLD.entered_by, OLD.decided_by)
        OR NEW.content IS DISTINCT FROM OLD.content
        OR OLD.status = 'withdrawn'
    ) THEN
        RAISE EXCEPTION 'a confirmed batch of paper ballots does not change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
DROP TRIGGER paper_guard ON paper_batches;
CREATE TRIGGER paper_guard BEFORE INSERT OR UPDATE OR DELETE ON paper_batches
    FOR EACH ROW EXECUTE FUNCTION elka_paper_guard();

-- What stands cannot be got round by a step back: stages, publication and the promised seed go one way, and no table of a
-- vote is emptied as a whole (TRUNCATE fires no trigger of rows).

-- Once judging has opened a contest does not go back to where its rules may change, once it is judged not back to judging,
-- and what is published, cancelled or drawn from stays so. Both ways of judging come in either order.
CREATE FUNCTION elka_stage_rank(stage text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE stage WHEN 'voting' THEN 1 WHEN 'expert' THEN 1 WHEN 'decision' THEN 2 WHEN 'awarded' THEN 3
        WHEN 'closed' THEN 4 WHEN 'cancelled' THEN 5 ELSE 0 END
$$;
CREATE FUNCTION elka_stage_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF elka_stage_rank(NEW.stage) < elka_stage_rank(OLD.stage) THEN
        RAISE EXCEPTION 'a contest does not go back from judging' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.published_at IS NOT NULL AND (NEW.published_at IS NULL OR NEW.stage = 'cancelled') THEN
        RAISE EXCEPTION 'published results are not taken back' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.announced_at IS NOT NULL AND NEW.draw_seed IS DISTINCT FROM OLD.draw_seed THEN
        RAISE EXCEPTION 'the seed of draws stands from the announcement on'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stage_stands BEFORE UPDATE OF stage, published_at, draw_seed ON contests
    FOR EACH ROW EXECUTE FUNCTION elka_stage_stands();

CREATE FUNCTION elka_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is never emptied', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
DO $$
DECLARE
    one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['contests', 'contest_phases', 'contest_categories', 'criteria', 'form_versions', 'contest_edits',
        'applications', 'revisions', 'exclusive_groups', 'exclusive_members', 'ballots', 'votes', 'ballot_parts',
        'annulments', 'annulment_ballots', 'objections', 'paper_batches', 'publications', 'counts', 'outcomes',
        'result_corrections', 'result_versions', 'outcome_versions', 'version_files', 'consent_documents', 'consents'] LOOP
        EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON %I FOR EACH STATEMENT '
            'EXECUTE FUNCTION elka_never_emptied()', one);
    END LOOP;
END $$;

-- What is sealed is all that was cast: no ballot and no vote enters or leaves a contest that has its root.
CREATE FUNCTION elka_sealed_votes_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM moved m JOIN publications p ON p.contest_id = m.contest_id) THEN
        RAISE EXCEPTION 'no vote enters or leaves a sealed contest' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER sealed_in AFTER INSERT ON votes REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION elka_sealed_votes_stand();
CREATE TRIGGER sealed_out AFTER DELETE ON votes REFERENCING OLD TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION elka_sealed_votes_stand();
CREATE TRIGGER sealed_in AFTER INSERT ON ballots REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION elka_sealed_votes_stand();
CREATE TRIGGER sealed_out AFTER DELETE ON ballots REFERENCING OLD TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION elka_sealed_votes_stand();

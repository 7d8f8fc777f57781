-- Paper ballots. The rules of a contest stand as in triggers_0005.sql, and so does whether it takes paper.

CREATE OR REPLACE FUNCTION elka_rules_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.stage IN ('voting', 'expert', 'decision', 'awarded', 'closed') AND (
        (NEW.kind, NEW.budget, NEW.min_cost, NEW.max_cost, NEW.max_share, NEW.min_age, NEW.group_min, NEW.min_votes,
         NEW.may_change_votes, NEW.figures_hidden, NEW.applicants, NEW.local_only, NEW.voter_age, NEW.voters_local,
         NEW.winners_by, NEW.allot, NEW.public_weight, NEW.min_score, NEW.min_reviews, NEW.vote_kind,
         NEW.points_limit, NEW.count_rule, NEW.paper)
        IS DISTINCT FROM
        (OLD.kind, OLD.budget, OLD.min_cost, OLD.max_cost, OLD.max_share, OLD.min_age, OLD.group_min, OLD.min_votes,
         OLD.may_change_votes, OLD.figures_hidden, OLD.applicants, OLD.local_only, OLD.voter_age, OLD.voters_local,
         OLD.winners_by, OLD.allot, OLD.public_weight, OLD.min_score, OLD.min_reviews, OLD.vote_kind,
         OLD.points_limit, OLD.count_rule, OLD.paper)
        OR NEW.vote_limit IS DISTINCT FROM OLD.vote_limit
        OR NEW.max_age IS DISTINCT FROM OLD.max_age
        OR NEW.places IS DISTINCT FROM OLD.places
        OR NEW.category_basis IS DISTINCT FROM OLD.category_basis
        OR NEW.draw_seed IS DISTINCT FROM OLD.draw_seed
        OR NEW.municipality_id IS DISTINCT FROM OLD.municipality_id
    ) THEN
        RAISE EXCEPTION 'the rules of a contest cannot change after judging has begun'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

-- A confirmed batch stays as it is, and all of them once results are published; what was confirmed is never deleted.
CREATE FUNCTION elka_paper_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM contests c WHERE c.id = OLD.contest_id AND c.published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'paper ballots do not change after the results are published'
            USING ERRCODE = 'integrity_constraint_violation';
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
CREATE TRIGGER paper_guard BEFORE UPDATE OR DELETE ON paper_batches FOR EACH ROW EXECUTE FUNCTION elka_paper_guard();

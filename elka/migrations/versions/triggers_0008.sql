-- Limits of one ballot by category. Replaced: counting and uncounting of votes and casting as in triggers_0005.sql, the rules
-- that stand as in triggers_0007.sql. New in them: a ballot counts its votes by category in `ballot_parts`, under the lock of
-- its own row; `elka_cast` refuses what a category does not allow; whether voters name projects of their own category alone,
-- and whether a knapsack keeps within the budgets of categories, are rules that stand.

-- What the projects of this category may cost together on one ballot, rubles; NULL where that is not asked.
CREATE FUNCTION elka_part_purse(c contests, g contest_categories) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN c.vote_kind = 'knapsack' AND c.category_purses AND c.category_basis IS NOT NULL AND c.allot = 'budget'
        THEN g.budget END
$$;

-- The category of a project in a contest, as `category_for` (models/contest_parts.py) says.
CREATE FUNCTION elka_category_of(of_contest bigint, of_project bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT g.id FROM contests c JOIN contest_categories g ON g.contest_id = c.id,
        projects p JOIN settlements s ON s.id = p.settlement_id
    WHERE c.id = of_contest AND p.id = of_project AND CASE c.category_basis
        WHEN 'population' THEN coalesce(g.people_from, 0) <= coalesce(s.population, 0)
            AND (g.people_below IS NULL OR coalesce(s.population, 0) < g.people_below)
        WHEN 'direction' THEN p.direction_id = ANY (g.directions)
        WHEN 'settlement' THEN p.settlement_id = ANY (g.settlements)
        ELSE false END
    ORDER BY g.position LIMIT 1
$$;

-- Categories are decided when an application is submitted; what has none yet gets it before it is judged, for good. So the
-- limits of ballots, the hash root and the count see the same one, whatever becomes of the project meanwhile.
CREATE FUNCTION elka_decide_categories(of_contest bigint) RETURNS void LANGUAGE sql AS $$
    UPDATE applications a SET category_id = elka_category_of(a.contest_id, a.project_id)
    WHERE a.contest_id = of_contest AND a.category_id IS NULL AND a.status IN ('admitted', 'won', 'lost')
        AND elka_category_of(a.contest_id, a.project_id) IS NOT NULL
$$;
CREATE FUNCTION elka_categories_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM elka_decide_categories(NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER categories_decided AFTER UPDATE OF stage ON contests FOR EACH ROW
    WHEN (NEW.stage IN ('voting', 'expert') AND OLD.stage IS DISTINCT FROM NEW.stage AND NEW.category_basis IS NOT NULL)
    EXECUTE FUNCTION elka_categories_decided();

CREATE FUNCTION elka_category_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.category_id IS DISTINCT FROM OLD.category_id AND pg_trigger_depth() < 2
        AND (OLD.category_id IS NOT NULL OR EXISTS (SELECT FROM votes v WHERE v.application_id = OLD.id AND v.contest_id = OLD.contest_id))
        AND EXISTS (SELECT FROM contests c WHERE c.id = OLD.contest_id
            AND c.stage IN ('voting', 'expert', 'decision', 'awarded', 'closed')) THEN
        RAISE EXCEPTION 'the category of an application stands once judging has begun'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION elka_ballot_part_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'the parts of a ballot are counted from votes only' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON ballot_parts
    FOR EACH ROW EXECUTE FUNCTION elka_ballot_part_guard();

CREATE OR REPLACE FUNCTION elka_votes_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM fresh f JOIN contests c ON c.id = f.contest_id
        WHERE (f.place IS NOT NULL, f.points IS NOT NULL) <> (c.vote_kind = 'ranked', c.vote_kind = 'points')
    ) THEN
        RAISE EXCEPTION 'a vote has a place on a ranked ballot, points where they are shared, and neither on any other'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    UPDATE ballots SET picks = picks + added.n,
        cost = CASE WHEN cost_limit IS NULL THEN 0 ELSE cost + added.amount END,
        points = ballots.points + added.points
    FROM (SELECT f.ballot_id, count(*) AS n, sum(a.amount) AS amount, coalesce(sum(f.points), 0) AS points
          FROM fresh f JOIN applications a ON a.id = f.application_id GROUP BY f.ballot_id) AS added
    WHERE ballots.id = added.ballot_id;
    -- The row of the ballot is locked by now, so its parts change one after another too.
    INSERT INTO ballot_parts AS part (ballot_id, category_id, contest_id, picks, pick_limit, cost, cost_limit)
        SELECT of_ballot.ballot_id, g.id, c.id, of_ballot.n, g.vote_limit,
            CASE WHEN elka_part_purse(c, g) IS NULL THEN 0 ELSE of_ballot.amount END, elka_part_purse(c, g)
        FROM (SELECT f.ballot_id, a.category_id, count(*) AS n, sum(a.amount) AS amount
              FROM fresh f JOIN applications a ON a.id = f.application_id
              WHERE a.category_id IS NOT NULL GROUP BY f.ballot_id, a.category_id) AS of_ballot
        JOIN contest_categories g ON g.id = of_ballot.category_id JOIN contests c ON c.id = g.contest_id
        WHERE g.vote_limit IS NOT NULL OR elka_part_purse(c, g) IS NOT NULL
    ON CONFLICT (ballot_id, category_id) DO UPDATE SET picks = part.picks + EXCLUDED.picks, cost = part.cost + EXCLUDED.cost;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION elka_votes_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE ballots SET picks = picks - removed.n,
        cost = CASE WHEN cost_limit IS NULL THEN 0 ELSE cost - removed.amount END,
        points = ballots.points - removed.points
    FROM (SELECT g.ballot_id, count(*) AS n, sum(a.amount) AS amount, coalesce(sum(g.points), 0) AS points
          FROM gone g JOIN applications a ON a.id = g.application_id GROUP BY g.ballot_id) AS removed
    WHERE ballots.id = removed.ballot_id;
    UPDATE ballot_parts SET picks = picks - removed.n,
        cost = CASE WHEN cost_limit IS NULL THEN 0 ELSE cost - removed.amount END
    FROM (SELECT g.ballot_id, a.category_id, count(*) AS n, sum(a.amount) AS amount
          FROM gone g JOIN applications a ON a.id = g.application_id
          WHERE a.category_id IS NOT NULL GROUP BY g.ballot_id, a.category_id) AS removed
    WHERE ballot_parts.ballot_id = removed.ballot_id AND ballot_parts.category_id = removed.category_id;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION elka_rules_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.stage IN ('voting', 'expert', 'decision', 'awarded', 'closed') AND (
        (NEW.kind, NEW.budget, NEW.min_cost, NEW.max_cost, NEW.max_share, NEW.min_age, NEW.group_min, NEW.min_votes,
         NEW.may_change_votes, NEW.figures_hidden, NEW.applicants, NEW.local_only, NEW.voter_age, NEW.voters_local,
         NEW.winners_by, NEW.allot, NEW.public_weight, NEW.min_score, NEW.min_reviews, NEW.vote_kind,
         NEW.points_limit, NEW.count_rule, NEW.paper, NEW.voters_own_part, NEW.category_purses)
        IS DISTINCT FROM
        (OLD.kind, OLD.budget, OLD.min_cost, OLD.max_cost, OLD.max_share, OLD.min_age, OLD.group_min, OLD.min_votes,
         OLD.may_change_votes, OLD.figures_hidden, OLD.applicants, OLD.local_only, OLD.voter_age, OLD.voters_local,
         OLD.winners_by, OLD.allot, OLD.public_weight, OLD.min_score, OLD.min_reviews, OLD.vote_kind,
         OLD.points_limit, OLD.count_rule, OLD.paper, OLD.voters_own_part, OLD.category_purses)
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

-- `answer` 'part': of the category `part` `part_picks` are chosen, more than `part_most`; 'part_purse': they cost `part_cost`,
-- more than `part_purse`; 'foreign': `culprit` is of `part`, which is not the voter's own.
DROP FUNCTION elka_cast(bigint, bigint, integer, bigint[], integer[], text, timestamptz);
CREATE FUNCTION elka_cast(
    of_contest bigint, voter bigint, age integer, chosen bigint[], given_points integer[], fresh_receipt text,
    moment timestamptz,
    OUT answer text, OUT culprit bigint, OUT receipt text, OUT most integer, OUT youngest integer,
    OUT opens timestamptz, OUT closes timestamptz, OUT changeable boolean, OUT cost bigint, OUT purse bigint,
    OUT given bigint, OUT share integer,
    OUT part text, OUT part_picks integer, OUT part_most integer, OUT part_cost bigint, OUT part_purse bigint
) LANGUAGE plpgsql AS $$
DECLARE
    at_stage text;
    only_from integer;
    mine bigint;
    fresh boolean := false;
    added integer;
    removed integer := 0;
    marked text;
    places integer[];
    divided boolean;
    own_only boolean;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7235111, of_contest::integer);
    SELECT c.stage, c.vote_limit, c.voter_age, c.may_change_votes, p.opens_at, p.closes_at,
            CASE WHEN c.voters_local THEN c.municipality_id END,
            CASE WHEN c.vote_kind = 'knapsack' THEN c.budget END, c.vote_kind,
            CASE WHEN c.vote_kind = 'points' THEN c.points_limit END,
            c.category_basis IS NOT NULL, c.category_basis = 'settlement' AND c.voters_own_part
        INTO at_stage, most, youngest, changeable, opens, closes, only_from, purse, marked, share, divided, own_only
        FROM contests c LEFT JOIN contest_phases p ON p.contest_id = c.id AND p.kind = 'voting'
        WHERE c.id = of_contest AND c.announced_at IS NOT NULL;
    answer := CASE
        WHEN at_stage IS NULL THEN 'missing'
        WHEN at_stage IN ('draft', 'announced', 'accepting', 'admission') OR moment < opens THEN 'soon'
        WHEN at_stage = 'expert' AND moment < closes THEN 'soon'
        WHEN at_stage <> 'voting' OR opens IS NULL OR moment >= closes THEN 'closed'
        WHEN age < youngest THEN 'young'
        WHEN only_from IS NOT NULL AND NOT EXISTS (
            SELECT FROM people v JOIN settlements s ON s.id = v.settlement_id
            WHERE v.id = voter AND s.municipality_id = only_from) THEN 'elsewhere'
        WHEN (marked = 'points') <> (given_points IS NOT NULL) AND cardinality(chosen) > 0
            OR cardinality(given_points) <> cardinality(chosen) OR 0 >= ANY (given_points) THEN 'shape'
        WHEN cardinality(chosen) > most THEN 'limit'
    END;
    IF answer IS NOT NULL THEN RETURN; END IF;
    SELECT coalesce(sum(one), 0) INTO given FROM unnest(given_points) AS one;
    IF given > share THEN answer := 'points'; RETURN; END IF;
    IF marked = 'ranked' THEN
        places := ARRAY(SELECT generate_series(1, cardinality(chosen)));
    END IF;

    SELECT pick INTO culprit FROM unnest(chosen) AS pick WHERE NOT EXISTS (
        SELECT FROM applications a
        WHERE a.id = pick AND a.contest_id = of_contest AND a.status IN ('admitted', 'won', 'lost')) LIMIT 1;
    IF FOUND THEN answer := 'strange'; RETURN; END IF;
    IF purse IS NOT NULL THEN
        SELECT coalesce(sum(a.amount), 0) INTO cost FROM applications a WHERE a.id = ANY (chosen);
        IF cost > purse THEN answer := 'purse'; RETURN; END IF;
    END IF;
    IF divided AND cardinality(chosen) > 0 THEN
        IF own_only THEN
            SELECT coalesce(g.name, ''), a.id INTO part, culprit
                FROM applications a JOIN people v ON v.id = voter LEFT JOIN contest_categories g ON g.id = a.category_id
                WHERE a.id = ANY (chosen) AND (g.id IS NULL OR v.settlement_id <> ALL (g.settlements))
                ORDER BY g.position, a.id LIMIT 1;
            IF FOUND THEN answer := 'foreign'; RETURN; END IF;
        END IF;
        SELECT g.name, of_part.n, g.vote_limit, of_part.amount, elka_part_purse(c, g)
            INTO part, part_picks, part_most, part_cost, part_purse
            FROM (SELECT a.category_id, count(*) AS n, sum(a.amount) AS amount
                  FROM applications a WHERE a.id = ANY (chosen) GROUP BY a.category_id) AS of_part
            JOIN contest_categories g ON g.id = of_part.category_id JOIN contests c ON c.id = g.contest_id
            WHERE of_part.n > g.vote_limit OR of_part.amount > elka_part_purse(c, g)
            ORDER BY g.position LIMIT 1;
        IF FOUND THEN
            answer := CASE WHEN part_picks > part_most THEN 'part' ELSE 'part_purse' END;
            RETURN;
        END IF;
    END IF;

    SELECT b.id, b.receipt INTO mine, receipt FROM ballots b
        WHERE b.contest_id = of_contest AND b.person_id = voter FOR UPDATE;
    IF mine IS NULL THEN
        IF cardinality(chosen) = 0 THEN answer := 'empty'; RETURN; END IF;
        -- Another tab of the same voter may be first: then its row is waited for and taken, locked. Any unique key may
        -- tell of it (the receipt is the voter's own too), so none is named.
        FOR attempt IN 1..5 LOOP
            INSERT INTO ballots AS b (contest_id, person_id, receipt, cast_at, changed_at)
                VALUES (of_contest, voter, fresh_receipt, moment, moment)
                ON CONFLICT DO NOTHING RETURNING b.id, b.receipt INTO mine, receipt;
            fresh := mine IS NOT NULL;
            EXIT WHEN fresh;
            SELECT b.id, b.receipt INTO mine, receipt FROM ballots b
                WHERE b.contest_id = of_contest AND b.person_id = voter FOR UPDATE;
            EXIT WHEN mine IS NOT NULL;
        END LOOP;
        IF mine IS NULL THEN
            RAISE EXCEPTION 'the receipt of a ballot is taken by another voter' USING ERRCODE = 'unique_violation';
        END IF;
    END IF;

    IF NOT fresh THEN
        IF NOT changeable THEN
            -- A project that left the ballot meanwhile frees its place.
            -- Of a ranking the order is what stays: the places behind such a project move up.
            SELECT kept.application_id INTO culprit FROM (
                SELECT v, v.application_id, row_number() OVER (ORDER BY v.place) AS at
                FROM votes v JOIN applications a ON a.id = v.application_id
                WHERE v.ballot_id = mine AND a.status IN ('admitted', 'won', 'lost')) AS kept
                WHERE CASE WHEN marked = 'ranked' THEN array_position(chosen, kept.application_id) IS DISTINCT FROM kept.at
                    ELSE NOT elka_stays(kept.v, chosen, places, given_points) END LIMIT 1;
            IF FOUND THEN answer := 'kept'; RETURN; END IF;
        END IF;
        -- A vote that got another place or other points is taken away and cast anew: votes are never changed.
        DELETE FROM votes v WHERE v.ballot_id = mine AND NOT elka_stays(v, chosen, places, given_points);
        GET DIAGNOSTICS removed = ROW_COUNT;
    END IF;
    INSERT INTO votes (ballot_id, application_id, contest_id, place, points)
        SELECT mine, w.pick, of_contest, w.place, w.points
        FROM unnest(chosen, places, given_points) AS w (pick, place, points) ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS added = ROW_COUNT;
    answer := CASE WHEN added + removed = 0 THEN 'same' WHEN fresh THEN 'new' ELSE 'changed' END;
    IF answer <> 'same' THEN
        IF NOT fresh THEN UPDATE ballots b SET changed_at = moment WHERE b.id = mine; END IF;
        INSERT INTO journal (at, actor_id, key, subject_kind, subject_id, facts)
            VALUES (moment, voter, 'ballot.cast', 'ballot', mine, jsonb_build_object('contest', of_contest));
    END IF;
END $$;

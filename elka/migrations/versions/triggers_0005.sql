-- Ranked ballots and shared points. As in triggers_0004.sql, and: a vote carries its place or its points, the ballot's row sums
-- its points beside counting its votes, under the same lock.

CREATE OR REPLACE FUNCTION elka_ballot_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.picks := 0;
        NEW.cost := 0;
        NEW.points := 0;
        SELECT vote_limit, CASE WHEN vote_kind = 'knapsack' THEN budget END, CASE WHEN vote_kind = 'points' THEN points_limit END
            INTO NEW.pick_limit, NEW.cost_limit, NEW.points_limit FROM contests WHERE id = NEW.contest_id;
        RETURN NEW;
    END IF;
    IF (NEW.contest_id, NEW.person_id, NEW.receipt) IS DISTINCT FROM (OLD.contest_id, OLD.person_id, OLD.receipt)
        OR (NEW.pick_limit, NEW.cost_limit, NEW.points_limit)
            IS DISTINCT FROM (OLD.pick_limit, OLD.cost_limit, OLD.points_limit) THEN
        RAISE EXCEPTION 'a ballot stays with its voter, contest and limit'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.picks, NEW.cost, NEW.points) <> (OLD.picks, OLD.cost, OLD.points) AND pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'picks are counted from votes only' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

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
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION elka_rules_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.stage IN ('voting', 'expert', 'decision', 'awarded', 'closed') AND (
        (NEW.kind, NEW.budget, NEW.min_cost, NEW.max_cost, NEW.max_share, NEW.min_age, NEW.group_min, NEW.min_votes,
         NEW.may_change_votes, NEW.figures_hidden, NEW.applicants, NEW.local_only, NEW.voter_age, NEW.voters_local,
         NEW.winners_by, NEW.allot, NEW.public_weight, NEW.min_score, NEW.min_reviews, NEW.vote_kind,
         NEW.points_limit, NEW.count_rule)
        IS DISTINCT FROM
        (OLD.kind, OLD.budget, OLD.min_cost, OLD.max_cost, OLD.max_share, OLD.min_age, OLD.group_min, OLD.min_votes,
         OLD.may_change_votes, OLD.figures_hidden, OLD.applicants, OLD.local_only, OLD.voter_age, OLD.voters_local,
         OLD.winners_by, OLD.allot, OLD.public_weight, OLD.min_score, OLD.min_reviews, OLD.vote_kind,
         OLD.points_limit, OLD.count_rule)
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

-- Whether a vote stands as it is on the ballot that is being cast.
CREATE FUNCTION elka_stays(v votes, chosen bigint[], places integer[], given_points integer[]) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN v.place IS NULL AND v.points IS NULL THEN v.application_id = ANY (chosen)
        ELSE coalesce((places[at], given_points[at]) IS NOT DISTINCT FROM (v.place::integer, v.points::integer), false)
            AND at IS NOT NULL
    END FROM (SELECT array_position(chosen, v.application_id) AS at) AS found
$$;

-- `answer` 'points': `given` is more than the `share` of one ballot; 'shape': not a ballot of this kind of contest.
DROP FUNCTION elka_cast(bigint, bigint, integer, bigint[], text, timestamptz);
CREATE FUNCTION elka_cast(
    of_contest bigint, voter bigint, age integer, chosen bigint[], given_points integer[], fresh_receipt text,
    moment timestamptz,
    OUT answer text, OUT culprit bigint, OUT receipt text, OUT most integer, OUT youngest integer,
    OUT opens timestamptz, OUT closes timestamptz, OUT changeable boolean, OUT cost bigint, OUT purse bigint,
    OUT given bigint, OUT share integer
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
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7235111, of_contest::integer);
    SELECT c.stage, c.vote_limit, c.voter_age, c.may_change_votes, p.opens_at, p.closes_at,
            CASE WHEN c.voters_local THEN c.municipality_id END,
            CASE WHEN c.vote_kind = 'knapsack' THEN c.budget END, c.vote_kind,
            CASE WHEN c.vote_kind = 'points' THEN c.points_limit END
        INTO at_stage, most, youngest, changeable, opens, closes, only_from, purse, marked, share
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

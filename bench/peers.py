#!/usr/bin/env python3
"""Runs the survival estimators people use today, where they are installed, on a million rows.

The rows are made as the benches of the statistics crate make theirs: two arms, five covariates,
exponential times with a median of about 140 days, uniform censoring over two years.

    python3 bench/peers.py [ROWS]

prints one line for each peer and estimator: wall seconds and processor seconds, best of three.
A peer that is not installed is named and passed over.
"""

import sys
import time


def rows(count):
    import numpy

    chance = numpy.random.default_rng(20260101)
    arm = (chance.random(count) < 0.5).astype(float)
    others = 2 * chance.random((count, 4)) - 1
    predictor = -0.3 * arm + 0.2 * others.sum(axis=1)
    event = chance.exponential(200.0, count) / numpy.exp(predictor)
    censored = 730.0 * chance.random(count)
    days = numpy.ceil(numpy.minimum(event, censored))
    return days, event <= censored, arm, numpy.column_stack([arm, others])


def report(name, work):
    best_wall = best_processor = float("inf")
    for _ in range(3):
        wall, processor = time.perf_counter(), time.process_time()
        work()
        best_wall = min(best_wall, time.perf_counter() - wall)
        best_processor = min(best_processor, time.process_time() - processor)
    print(f"{name}: {best_wall:.3f} s wall, {best_processor:.3f} s processor")


def statsmodels(days, status, arm, covariates):
    from statsmodels.duration.hazard_regression import PHReg
    from statsmodels.duration.survfunc import SurvfuncRight, survdiff

    def curves():
        for one in (0, 1):
            SurvfuncRight(days[arm == one], status[arm == one])

    report("statsmodels, Kaplan-Meier by arm", curves)
    report("statsmodels, log-rank", lambda: survdiff(days, status, arm))
    report("statsmodels, Cox", lambda: PHReg(days, covariates, status=status, ties="efron").fit())


def lifelines(days, status, arm, covariates):
    import pandas
    from lifelines import CoxPHFitter, KaplanMeierFitter
    from lifelines.statistics import logrank_test

    def curves():
        for one in (0, 1):
            KaplanMeierFitter().fit(days[arm == one], status[arm == one])

    report("lifelines, Kaplan-Meier by arm", curves)
    first, second = arm == 0, arm == 1
    report(
        "lifelines, log-rank",
        lambda: logrank_test(days[first], days[second], status[first], status[second]),
    )
    table = pandas.DataFrame(covariates, columns=[f"x{j}" for j in range(5)])
    table["days"], table["status"] = days, status
    report("lifelines, Cox", lambda: CoxPHFitter().fit(table, "days", "status"))


def scikit_survival(days, status, arm, covariates):
    from sksurv.linear_model import CoxPHSurvivalAnalysis
    from sksurv.nonparametric import kaplan_meier_estimator
    from sksurv.util import Surv

    def curves():
        for one in (0, 1):
            kaplan_meier_estimator(status[arm == one], days[arm == one])

    report("scikit-survival, Kaplan-Meier by arm", curves)
    outcome = Surv.from_arrays(status, days)
    report(
        "scikit-survival, Cox",
        lambda: CoxPHSurvivalAnalysis(ties="efron").fit(covariates, outcome),
    )


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    try:
        data = rows(count)
    except ImportError:
        print("numpy is not installed, so no peer can run; install it with the peers to compare")
        return
    for peer in (statsmodels, lifelines, scikit_survival):
        try:
            peer(*data)
        except ImportError as missing:
            print(f"{peer.__name__} is passed over: {missing}")


if __name__ == "__main__":
    main()

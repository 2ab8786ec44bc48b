"""Full ranking with numpy and scipy by the models that Sprintlab fitted: the same scores, the same rule for ties and masks."""

import json
import time

import numpy as np
from answering import answer_commands
from safetensors_file import read_safetensors, read_sessions
from scipy.sparse import csr_matrix

BLOCK = 512
CUTOFF = 20


def rank(method, model, views, maxLength):
    """Ranks the last item of each session after those before it, which are masked: {seconds, and the means for each view}."""
    started = time.perf_counter()
    scores_of = SCORERS[method](*read_safetensors(model))
    means = {name: means_of(ranks_of(read_sessions(view)[0], scores_of, maxLength)) for name, view in views.items()}
    return {"seconds": time.perf_counter() - started, "means": means}


def ranks_of(sessions, scores_of, max_length):
    """Mean rank of each target: 1 + items above + half of those that tie."""
    ranks = np.empty(len(sessions))
    for begin in range(0, len(sessions), BLOCK):
        block = sessions[begin : begin + BLOCK]
        targets = np.array([session[-1] for session in block])
        scores = scores_of([session[:-1][-max_length:] for session in block])
        wanted = scores[np.arange(len(block)), targets]
        scores[:, 0] = -np.inf
        rows = np.repeat(np.arange(len(block)), [len(session) - 1 for session in block])
        scores[rows, np.concatenate([session[:-1] for session in block])] = -np.inf
        scores[np.arange(len(block)), targets] = wanted
        above = (scores > wanted[:, None]).sum(1)
        equal = (scores == wanted[:, None]).sum(1) - 1
        ranks[begin : begin + len(block)] = 1 + above + equal / 2
    return ranks


def means_of(ranks):
    is_hit = ranks <= CUTOFF
    gains = np.where(is_hit, 1 / np.log2(ranks + 1), 0)
    return {f"hr@{CUTOFF}": float(is_hit.mean()), f"ndcg@{CUTOFF}": float(gains.mean())}


def popularity(arrays, _):
    return lambda prefixes: np.tile(arrays["counts"], (len(prefixes), 1))


def item_knn(arrays, _):
    offsets = arrays["offsets"]
    items = len(offsets) - 1
    by_item = csr_matrix((arrays["similarities"].astype(float), arrays["neighbours"], offsets), (items, items))
    by_neighbour = by_item.T.tocsr()

    def scores_of(prefixes):
        distinct = [np.unique(prefix) for prefix in prefixes]
        ends = np.cumsum([0] + [len(items) for items in distinct])
        columns = np.concatenate(distinct)
        return (csr_matrix((np.ones(len(columns)), columns, ends), (len(prefixes), items)) @ by_neighbour).toarray()

    return scores_of


def vs_knn(arrays, metadata):
    neighbours, sample, idf_weight = json.loads(metadata["settings"])
    offsets, items = arrays["offsets"], arrays["items"]
    boost = 1 + idf_weight * arrays["idf"]
    has_item = csr_matrix((np.ones(len(items)), items, offsets), (len(offsets) - 1, len(boost)))
    with_item = has_item.T.tocsr()
    similarity = np.zeros(len(offsets) - 1)
    steps = np.zeros(len(offsets) - 1)

    def scores_after(prefix):
        met, distinct = [], set()
        # From the end: the first item that meets a session is the latest that they share.
        for step, item in enumerate(prefix[::-1], 1):
            if item in distinct:
                continue
            distinct.add(item)
            sessions = with_item.indices[with_item.indptr[item] : with_item.indptr[item + 1]]
            steps[sessions[similarity[sessions] == 0]] = step
            similarity[sessions] += ((len(prefix) - step + 1) / len(prefix)) ** 2
            met.append(sessions)
        candidates = np.unique(np.concatenate(met))
        chosen = candidates[:sample]
        # Stable, and numbers count from the most recent session, which wins ties.
        chosen = chosen[np.argsort(-similarity[chosen], kind="stable")[:neighbours]]
        weights = similarity[chosen] / len(distinct) / steps[chosen]
        similarity[candidates] = 0
        lengths = offsets[chosen + 1] - offsets[chosen]
        places = np.repeat(offsets[chosen] - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
        return np.bincount(items[places], np.repeat(weights, lengths), len(boost)) * boost

    return lambda prefixes: np.stack([scores_after(prefix) for prefix in prefixes])


SCORERS = {"popularity": popularity, "item-knn": item_knn, "vs-knn": vs_knn}

answer_commands({"rank": rank})

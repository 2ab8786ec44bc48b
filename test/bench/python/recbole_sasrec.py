"""RecBole's SASRec: one epoch of its trainer, its validation and its test at a time."""

import sys
import time
import warnings

import torch
from answering import answer_commands
from recbole.config import Config
from recbole.data import create_dataset, data_preparation
from recbole.trainer import Trainer
from recbole.utils import get_model, init_seed

SETTINGS = {
    "USER_ID_FIELD": "user_id",
    "ITEM_ID_FIELD": "item_id",
    "TIME_FIELD": "timestamp",
    "load_col": {"inter": ["user_id", "item_id", "timestamp"]},
    "ITEM_LIST_LENGTH_FIELD": "item_length",
    "LIST_SUFFIX": "_list",
    # A training instance for each prefix of a sequence.
    "data_augmentation": True,
    "train_neg_sample_args": None,
    "loss_type": "CE",
    "eval_args": {"split": {"LS": "valid_and_test"}, "order": "TO", "mode": "full", "group_by": "user"},
    "metrics": ["Hit", "NDCG"],
    "topk": [20],
    "valid_metric": "NDCG@20",
    "use_gpu": False,
    "show_progress": False,
    "save_dataset": False,
    "save_dataloaders": False,
    "state": "ERROR",
}

trainer = train_data = valid_data = test_data = None
epochs = 0


def prepare(folder, dataset, length, dimension, layers, heads, dropout, batch, evaluationBatch, learningRate, seed):
    global trainer, train_data, valid_data, test_data
    config = Config(
        model="SASRec",
        dataset=dataset,
        config_dict={
            **SETTINGS,
            "data_path": folder,
            "MAX_ITEM_LIST_LENGTH": length,
            "hidden_size": dimension,
            "inner_size": 4 * dimension,
            "n_layers": layers,
            "n_heads": heads,
            "hidden_dropout_prob": dropout,
            "attn_dropout_prob": dropout,
            "train_batch_size": batch,
            "eval_batch_size": evaluationBatch,
            "learning_rate": learningRate,
            "seed": seed,
        },
    )
    init_seed(seed, True)
    train_data, valid_data, test_data = data_preparation(config, create_dataset(config))
    model = get_model("SASRec")(config, train_data.dataset)
    trainer = Trainer(config, model)
    return {"sessions": len(valid_data.dataset)}


def epoch():
    global epochs
    started = time.perf_counter()
    loss = trainer._train_epoch(train_data, epochs, show_progress=False)
    epochs += 1
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "loss": float(loss) / len(train_data), "targets": len(train_data.dataset)}


def evaluate(split):
    """Full ranking of the last item of every session; the history is not masked."""
    started = time.perf_counter()
    data = valid_data if split == "valid" else test_data
    result = trainer.evaluate(data, load_best_model=False, show_progress=False)
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "hr@20": float(result["hit@20"]), "ndcg@20": float(result["ndcg@20"])}


# RecBole reads settings from the command line and prints advice that is not meant for us.
sys.argv = sys.argv[:1]
warnings.filterwarnings("ignore")
torch.set_num_threads(1)
torch.set_num_interop_threads(1)
answer_commands({"prepare": prepare, "epoch": epoch, "evaluate": evaluate})

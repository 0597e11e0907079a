"""Put the net of a run into the file that ships: float16, without optimiser, with its architecture in the header.

fcn-course train --data minivoc --stride 8 --epochs 5 --out runs/s8_0
python data/weights/export_fcn8s_minivoc.py runs/s8_0/best.pt data/weights/fcn8s_minivoc.safetensors
"""

import argparse
from pathlib import Path

from fcn_course.data import open_voc
from fcn_course.evaluation import evaluate
from fcn_course.nets.checkpoints import export_weights, load_net


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    export_weights(args.out, load_net(args.checkpoint), licence="MIT", data="minivoc, train, seed 0")
    for path in (args.checkpoint, args.out):
        matrix = evaluate(load_net(path), open_voc("minivoc", "val"), precision="float32")
        print(f"{path}: " + ", ".join(f"{name} {score:.4f}" for name, score in matrix.scores().items()))


if __name__ == "__main__":
    main()

"""``fcn-course export``."""

from pathlib import Path


def add_arguments(parser):
    """Net, file, and the sizes on which the file is checked."""
    parser.add_argument("--checkpoint", default="minivoc", help="best.pt of a run (the FCN-8s that ships)")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.onnx")
    parser.add_argument(
        "--size",
        type=int,
        nargs=2,
        action="append",
        metavar=("HEIGHT", "WIDTH"),
        help="check the file on a random picture of this size; may be given several times (four sizes)",
    )


def run(args):
    """Write the ONNX file and say how near it comes to the net."""
    from fcn_course.nets.checkpoints import load_net
    from fcn_course.nets.export import CHECK_SIZES, export_onnx

    net = load_net(args.checkpoint)
    checks = export_onnx(net, args.out, check_sizes=args.size or CHECK_SIZES)
    print(f"FCN-{net.stride}s on {net.backbone_name}, {net.num_classes} classes, as ONNX")
    print("pictures x height x width  largest difference  of logits up to  pixels of the same class")
    for check in checks:
        shape = " x ".join(map(str, check.shape))
        print(f"{shape:>25}  {check.difference:18.1e}  {check.largest:15.1f}  {check.agreement:24.4%}")
    print(f"written: {args.out}, {args.out.stat().st_size / 1e6:.1f} MB")

# SPDX-License-Identifier: Apache-2.0
"""What scripts/bench times in images a second of CPU time on one core, which a busy machine changes little."""


class Features:
    title = "features of photos, efficientnet-lite0"

    def complaint(self, arguments):
        script = arguments.peers / "features.py"
        if not script.exists():
            return f"{script} is not there: name another folder with --peers"
        return None if arguments.python else "no Python imports the torch that sslhost is built with"

    def round(self, arguments, run):
        ours = run([arguments.binaries / "features_bench"])
        theirs = run([arguments.python, "-B", arguments.peers / "features.py"])
        return {"sslhost": round(ours["images_per_second"], 1), "kernel": ours["kernel"],
                "peer": round(theirs["images_per_second"], 1), "batch": theirs["batch"],
                "ratio": round(ours["images_per_second"] / theirs["images_per_second"], 3)}

    def line(self, r):
        return (f"{self.title}: sslhost {r['sslhost']:.1f} images/s ({r['kernel']}), features.py {r['peer']:.1f} images/s "
                f"(batches of {r['batch']}), ratio {r['ratio']:.2f}; medians of {len(r['rounds'])}")


class Decode:
    title = "JPEG to 224x224 pixels"

    def complaint(self, arguments):
        if arguments.photos is None or not any(arguments.photos.rglob("*.jpg")):
            return f"expected .jpg files in {arguments.photos}, found none: name their folder with --photos"
        return None

    def round(self, arguments, run):
        found = run([arguments.binaries / "decode_bench", arguments.photos])
        return {"sslhost": round(found["images_per_second"], 1), "peer": round(found["bare"], 1),
                "ratio": round(found["ratio"], 3), "images": found["images"]}

    def line(self, r):
        return (f"{self.title}: sslhost {r['sslhost']:.1f} images/s, bare libjpeg-turbo with the same resize {r['peer']:.1f} "
                f"images/s, ratio {r['ratio']:.2f}; medians of {len(r['rounds'])}, {r['images']} files")


SPEEDS = {"features": Features(), "decode": Decode()}

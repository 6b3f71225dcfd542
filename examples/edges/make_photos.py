"""Write photos.npz: four photographs of the wheel of scikit-image 0.26.0, grey, and their Canny edges.

Photographs are reduced to 256 pixels on the shorter side, `text` keeps its size. `NAME` is uint8 (rows, columns),
`NAME_canny` the reference: `skimage.feature.canny(image, sigma=1)`, packed bits (`numpy.packbits` of the flat map).

    pip install scikit-image==0.26.0
    python make_photos.py
"""

import io
import pathlib
import sys

import numpy as np
from skimage import color, feature, transform
from skimage.io import imread

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "common"))

from packages import from_wheel

PHOTOS = {
    "camera": "b0793d2adda0fa6ae899c03989482bff9a42d3d5690fc7e3648f2795d730c23a",
    "coins": "f8d773fc9cfa6f4d8e5942dc34d0a0788fcaed2a4fefbbed0aef5398d7ef4cba",
    "astronaut": "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
    "text": "bd84aa3a6e3c9887850d45d606c96b2e59433fbef50338570b63c319e668e6d1",
}
SIDE = 256


def main():
    arrays = {}
    for name, digest in PHOTOS.items():
        data = from_wheel("scikit-image", "0.26.0", f"skimage/data/{name}.png", digest)
        image = imread(io.BytesIO(data))
        if image.ndim == 3:
            image = color.rgb2gray(image[..., :3]) * 255
        factor = SIDE / min(image.shape)
        if factor < 1:
            shape = [round(n * factor) for n in image.shape]
            image = transform.resize(image.astype(float), shape, anti_aliasing=True, preserve_range=True)
        image = np.clip(np.round(image), 0, 255).astype(np.uint8)
        arrays[name] = image
        arrays[f"{name}_canny"] = np.packbits(feature.canny(image, sigma=1))
        print(f"{name}: {image.shape[0]} x {image.shape[1]}")
    np.savez_compressed(HERE / "photos.npz", **arrays)


if __name__ == "__main__":
    main()

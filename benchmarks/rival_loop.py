"""Emoji on a virtual camera as students write it: the fer package on every frame, in one loop.

It follows the examples of fer's and pyvirtualcam's own front pages. It runs in its own virtual
environment (benchmarks/rival.py); only the two devices are stand-ins, the same as for EmoCam.
"""

import os
from pathlib import Path

import cv2
import pyvirtualcam
from fer.fer import FER

from benchmarks.standin import sink
from benchmarks.standin.camera import StandInCapture

WIDTH, HEIGHT, FPS = 1280, 720, 30

sink.install()
detector = FER()
emoji = {
    path.stem: cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    for path in Path(os.environ["BENCH_EMOJI"]).glob("*.png")
}
camera = StandInCapture(0)
first = True
try:
    with pyvirtualcam.Camera(WIDTH, HEIGHT, FPS, fmt=pyvirtualcam.PixelFormat.BGR) as output:
        while True:
            good, frame = camera.read()
            if not good:
                break
            faces = detector.detect_emotions(frame)
            picture = cv2.resize(frame, (WIDTH, HEIGHT))
            for face in faces:
                feeling = max(face["emotions"], key=face["emotions"].get)
                x, y, w, h = face["box"]
                # The picture is stretched to the size of the output, so the box is as well.
                x, w = x * WIDTH // frame.shape[1], w * WIDTH // frame.shape[1]
                y, h = y * HEIGHT // frame.shape[0], h * HEIGHT // frame.shape[0]
                w, h = min(w, WIDTH - x), min(h, HEIGHT - y)
                face_emoji = cv2.resize(emoji[feeling], (w, h))
                alpha = face_emoji[:, :, 3:] / 255
                part = picture[y : y + h, x : x + w]
                picture[y : y + h, x : x + w] = alpha * face_emoji[:, :, :3] + (1 - alpha) * part
                if first:
                    print(f"first {feeling}")
                    first = False
            output.send(picture)
            output.sleep_until_next_frame()
except KeyboardInterrupt:
    pass

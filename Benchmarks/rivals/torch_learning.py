"""The same networks in Python: torch_learning.py inference NAME RUNS | step RUNS THREADS."""
import sys

import torch
from torch import nn

import common


class LSTM(nn.Module):
    def __init__(self, channels, hidden, outputs):
        super().__init__()
        self.channels = channels
        self.lstm = nn.LSTM(channels * 32 * 32, hidden, 3)
        self.head = nn.Linear(hidden, outputs)

    def forward(self, fixed, moving):
        steps = torch.stack([x.expand(-1, self.channels, -1, -1).flatten(1) for x in (fixed, moving)])
        return self.head(self.lstm(steps)[0][1])


def normalized(inputs, outputs, kernel, stride=1, groups=1):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False), nn.BatchNorm2d(outputs))


class Bottleneck(nn.Module):
    def __init__(self, inputs, width, stride):
        super().__init__()
        self.body = nn.Sequential(
            normalized(inputs, width, 1), nn.ReLU(), normalized(width, width, 3, stride, 32), nn.ReLU(),
            normalized(width, 2 * width, 1))
        changes = stride > 1 or inputs != 2 * width
        self.shortcut = normalized(inputs, 2 * width, 1, stride) if changes else nn.Identity()

    def forward(self, x):
        return torch.relu(self.body(x) + self.shortcut(x))


class ResNeXt(nn.Module):
    def __init__(self):
        super().__init__()
        layers, channels = [normalized(3, 64, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)], 64
        for stage, depth in enumerate((3, 4, 6, 3)):
            width = 128 << stage
            for block in range(depth):
                layers.append(Bottleneck(channels, width, 2 if stage > 0 and block == 0 else 1))
                channels = 2 * width
        self.trunk = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 3072))
        self.head = nn.Linear(2 * 3072, 3)

    def forward(self, fixed, moving):
        both = nn.functional.interpolate(torch.cat([fixed, moving]), size=(64, 64), mode="bilinear")
        first, second = self.trunk(both.expand(-1, 3, -1, -1)).chunk(2)
        return self.head(torch.cat([first, second], 1))


def blocks(inputs, widths):
    layers = []
    for width in widths:
        layers += [nn.Conv2d(inputs, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(2)]
        inputs = width
    return nn.Sequential(*layers)


class TwoHeaded(nn.Module):
    def __init__(self):
        super().__init__()
        self.fixed, self.moving = blocks(1, (24, 48)), blocks(1, (24, 48))
        self.trunk = nn.Sequential(
            blocks(96, (96, 128)), nn.Flatten(), nn.Linear(128 * 16, 256), nn.ReLU(), nn.Linear(256, 4))

    def forward(self, fixed, moving):
        return self.trunk(torch.cat([self.fixed(fixed), self.moving(moving)], 1))


def standardized(x):
    axes = (1, 2, 3)
    return (x - x.mean(axes, keepdim=True)) / (x.var(axes, unbiased=False, keepdim=True).sqrt() + 1e-5)


def inference(name, runs):
    torch.set_num_threads(1)
    made = {"lstm": lambda: LSTM(3, 3000, 3), "lstm-compact": lambda: LSTM(1, 256, 4), "resnext50": ResNeXt}
    network = made[name]().eval()
    fixed, moving = torch.rand(1, 1, 32, 32), torch.rand(1, 1, 32, 32)
    with torch.inference_mode():
        _, samples = common.measure(lambda: network(standardized(fixed), standardized(moving)).tolist(), runs, warmup=2)
    common.emit(f"inference {name}", "PyTorch", samples, common.versions("torch"), threads=1)


def step(runs, threads):
    torch.set_num_threads(threads)
    network = TwoHeaded().train()
    adam = torch.optim.Adam(network.parameters(), 1e-3)
    fixed, moving, wanted = torch.rand(256, 1, 64, 64), torch.rand(256, 1, 64, 64), torch.zeros(256, 4)

    def once():
        loss = nn.functional.mse_loss(network(standardized(fixed), standardized(moving)), wanted)
        adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 100)
        adam.step()
        return loss.item()

    _, samples = common.measure(once, runs, warmup=2)
    common.emit("training step", "PyTorch", samples, common.versions("torch"), threads=threads)


torch.manual_seed(1)
if sys.argv[1] == "step":
    step(int(sys.argv[2]), int(sys.argv[3]))
else:
    inference(sys.argv[2], int(sys.argv[3]))

import Vernier

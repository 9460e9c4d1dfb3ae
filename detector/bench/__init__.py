"""What the product costs and how long it takes: one module or folder per question, and the parts they share.

Never imported by what serves.
"""

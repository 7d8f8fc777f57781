MOTIFS=()
def draw(s,m): return ""

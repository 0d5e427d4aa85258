const TWO =
  "mkdir d; seq 10 > a; echo b > b; echo c > d/c; echo x > x; echo r > r; git add .; c -m one; git checkout -q -b f; sed -i 's/^1$/one/' a; echo n > n; echo bb > b; git rm -q x; echo same > s; echo cc > d/c; echo n2 > d/n; git add .; c -m f; git checkout -q main; sed -i 's/^10$/ten/' a; echo bbb > b; echo same > s; echo nn > n; echo xx > x; git rm -q r; git add .; c -m m; "

const LINES =
  "printf 'int a()\\n{\\n  one;\\n}\\n\\nint b()\\n{\\n  two;\\n  three;\\n}\\n' > f.c; git add .; c -m one; sed -i 's/two/TWO/' f.c; c -am two; sed -i '1i top' f.c; c -am three; mkdir d; w d/x 1; echo other > g; git add .; c -m four; git mv f.c h.c; sed -i 's/three/THREE/' h.c; git add .; c -m five; git checkout -q -b s HEAD~2; sed -i 's/one/ONE/' f.c; c -am side; git checkout -q main; t; git merge -q s; l() { echo \"== $*\"; git log \"$@\"; echo \"rc $?\"; }; "

const HISTORY =
  'mkdir r; cd r; git init -q -b main; for i in 1 2 3; do seq $i 50 > f; git add f; c -m c$i; done; git tag v1 HEAD~1; git tag -a v2 -m two; git branch side HEAD~1; b() { echo "== $*"; git bundle "$@"; echo "rc $?"; }; '

const RANGES =
  'seq 10 > f; git add f; c -m base; git checkout -q -b a; for i in 1 2 3; do sed -i "s/^$i$/n$i/" f; echo $i > g$i; git add .; c -m "change $i"; done; git checkout -q -b b main; sed -i "s/^1$/n1/" f; echo 1 > g1; git add .; c -m "change 1"; sed -i "s/^2$/n2/" f; echo 2two > g2; git add .; c -m "change 2 x" -m body; echo new > new; git add .; c -m fresh; '

const BRANCHES =
  'e() { c --allow-empty -m "$1"; }; sb() { echo "== $*"; git show-branch "$@"; echo "rc $?"; }; e one; e two; git branch u; git checkout -q -b f; e f1; e f2; git checkout -q main; e m1; t; git merge -q --no-edit f; e m2; git checkout -q -b g f; e g1; '

/** Stories of merges of trees, histories of lines, bundles and parts of trees, told in both gits: title, script. */
export const PLUMBING_STORIES: readonly (readonly [title: string, script: string])[] = [
  [
    'trees are merged without a working tree',
    `${TWO} git merge-tree --write-tree main f; echo $?; git merge-tree main f | head -3; git merge-tree --write-tree --name-only main f; git merge-tree --write-tree --no-messages main f; git merge-tree --write-tree main~1 f; echo $?; git merge-tree --messages main~1 f; echo $?; git merge-tree --write-tree main nope; echo $?; git merge-tree --write-tree main; echo $?; git merge-tree a b c d; echo $?; git ls-tree -r $(git merge-tree --write-tree main f | head -1) | cut -c1-20,53-; git status -s; git checkout -q --orphan o; c -m o; git merge-tree o f; echo $?; git merge-tree --allow-unrelated-histories o f | head -2`,
  ],
  [
    'trees are merged as they once were',
    `${TWO} git merge-tree main~1 main f; echo $?; git merge-tree main~1 f main; git merge-tree f main~1 main; git merge-tree main~1 main~1 main; git merge-tree --trivial-merge main~1^{tree} main f~0 | head -4; git merge-tree main nope f; echo $?; git checkout -q f; git mv a moved; printf 'no end' > b; chmod +x s; git add .; c -m two; git checkout -q main; git rm -qr d; printf 'nor here' > b; git add .; c -m three; git merge-tree main~2 main f; git merge-tree f~2 f main`,
  ],
  [
    'the history of lines',
    `${LINES} l -L7,11:h.c --oneline; l -L :b:h.c --format=%s; l -L '/int a/,/^}/:h.c' --oneline; l -L7,+2:h.c -L1,3:h.c --oneline -s; l -L7,11:h.c --oneline --reverse; l -L1,2:h.c -2 -p --stat; l -L1:nope; l -L1,2:h.c -- h.c; l -L99:h.c; l -L2,4:g; l -L1,1:g --format=fuller HEAD~1; l -L8,8:h.c --oneline --no-patch; l -L7,11:h.c --oneline --name-only; l -L7,11:h.c --oneline --color; l -L1,11:h.c; l -L1,3:h.c -L8,9:h.c -L1,1:g --oneline; l -L3,3:h.c HEAD~2..HEAD --format=; l -L9,-2:h.c -1; l -L7,11:h.c --author=Nobody; l -L7,11:h.c --grep=two --oneline; l -Lx:h.c; (cd d; git log -L1,1:../g --oneline -s); l -L1,1:g main s`,
  ],
  [
    'the history of lines that came and went',
    "printf '%s\\n' a b c d e f g h > f; git add f; c -m one; sed -i 3d f; c -am two; sed -i '5i new\\nnewer' f; c -am three; printf '%s\\n' x b d e > f; c -am four; printf 'x\\nb\\nd' > f; c -am five; printf 'x\\nB\\nd' > f; c -am six; printf 'x\\nB\\nD\\n' > f; c -am seven; for r in 1,3 1,1 2,2 3,3 1,2 2,+2 /B/,+1; do echo \"== $r\"; git log -L$r:f --format=%s; done; git log -L1,4:f --format=%s HEAD~3; git log -L3,5:f --format=%s HEAD~4; git checkout -q -b s HEAD~2; printf 'X\\nb\\nd' > f; c -am side; git checkout -q main; git merge -q s; printf 'M\\nB\\nD\\n' > f; git add f; c -m merged; git log -L1,3:f --format=%s; git log -L1,1:f --oneline --first-parent; git log -L1,1:f --oneline -m -p",
  ],
  [
    'bundles are made and read',
    `${HISTORY} b create -q ../a.bundle main; head -3 ../a.bundle | head -c 80; b create ../b.bundle main ^HEAD~1; head -4 ../b.bundle | sed '/PACK/d'; b create -q ../all.bundle --all; b list-heads ../all.bundle; b list-heads ../all.bundle main; b list-heads ../all.bundle refs/heads/side v1; b verify ../all.bundle; b verify -q ../all.bundle; b verify ../b.bundle; b create ../e.bundle; b create ../e.bundle main ^main; b create ../e.bundle HEAD~1; b create -q ../h.bundle HEAD main; head -3 ../h.bundle; b create -q - main | head -2; b create -q ../l.bundle -2 main; head -2 ../l.bundle; b create -q ../l.bundle main~2..main side; head -4 ../l.bundle; b create -q ../t.bundle --tags; b list-heads ../t.bundle; b create -q --version=3 ../v.bundle v2; head -3 ../v.bundle; b; b nosuch; b create; b list-heads; cd ..; git init -q n; cd n; b unbundle ../b.bundle; b verify ../b.bundle; b unbundle ../a.bundle; git cat-file -t $(git bundle list-heads ../a.bundle | cut -c1-40); b verify ../b.bundle; b unbundle ../b.bundle; b verify ../nope; b verify ../r/f; git fsck --connectivity-only 2>&1 | tail -1`,
  ],
  [
    'bundles are cloned and fetched from',
    `${HISTORY} git bundle create -q ../a.bundle main; git bundle create -q ../h.bundle HEAD main; git bundle create -q ../all.bundle --all; git bundle create -q ../b.bundle main ^main~1; cd ..; git clone a.bundle c1; echo $?; git -C c1 branch -a; git clone -b main a.bundle c2; git -C c2 log --oneline; git -C c2 remote get-url origin | sed 's,.*/,,'; git clone h c3; ls c3; git clone -q h.bundle; ls; git clone -q all.bundle c4; git -C c4 branch -a; git -C c4 tag; git clone b.bundle c6; echo $?; cd c4; git fetch -q ../all.bundle side:x; git log -1 --format=%s x; git ls-remote ../all.bundle; git ls-remote; cd ../r; w f 9; c -am more; git bundle create -q ../all.bundle main~1..main; git bundle create -q ../thin.bundle main ^main~1; cd ../c4; git pull -q ../thin.bundle main; git log --oneline; git fetch -q; git branch -av; git push -q; echo $?; cd ../c2; git fetch -q ../thin.bundle main; echo $?; git log -1 --format=%s FETCH_HEAD`,
  ],
  [
    'ranges are compared',
    `${RANGES} git range-diff main..a main..b; git range-diff main a b; git range-diff a...b -s; git range-diff --creation-factor=100 main a b; git range-diff main a; echo $?; git range-diff; echo $?; git range-diff --no-patch main a b; git range-diff --left-only main a b; git range-diff --right-only -s main a b; git range-diff main main main; git range-diff main a a; git range-diff -U1 main a b; git range-diff b...; git range-diff a^! b^!; git range-diff nope..a main..b; echo $?`,
  ],
  [
    'ranges are compared after a rebase',
    `${RANGES} git checkout -q a; seq 100 > long; printf 'void f()\\n{\\n  a;\\n  b;\\n  c;\\n  d;\\n  e;\\n}\\n' > fn.c; git add .; c -m 'long file' -m 'With a text.' -m 'And more: of it'; sed -i '50s/.*/fifty/' long; sed -i 's/  e;/  E;/' fn.c; git mv g1 moved; chmod +x f; c -am 'many things'; git rm -q g2; printf 'no end' > ne; git add .; c -m 'some more'; git branch old; git checkout -q main; sed -i '10s/.*/ten/' f; c -am 'base moves'; git checkout -q a; t; git rebase -q main; git range-diff main~1..old main..a; sed -i '51s/.*/fiftyone/' long; sed -i 's/  d;/  D;/' fn.c; printf 'no end!' > ne; c -a --amend -m 'some more' -m 'now'; git range-diff main old a; for i in 1 2 3 4 5 6 7; do w k$i $i; git add .; c -m "k $i"; done; git range-diff -s main old a`,
  ],
  [
    'branches are shown beside each other',
    `${BRANCHES} sb; sb --list; sb main f; sb f; sb --all; sb -a --topo-order; sb --more=2 main g; sb --sha1-name main f; sb --no-name main f; sb --merge-base main f; sb --independent main f g; sb --current f; sb --topics main g; sb --sparse main g; sb main~3 u; sb nope; sb -r; sb --more=0; git tag v; sb v main; sb --list main f; sb 'f*'; sb refs/heads/f g; git checkout -q --detach; sb --list; sb; sb main g --list; sb --merge-base main g u; sb --more=9 g; git checkout -q main; t; git merge -q --no-edit g; t; git merge -q u; c --allow-empty -m '[PATCH] last'; sb; sb --more=20 main u; git config showbranch.default main; git config --add showbranch.default f; sb; git checkout -q --orphan o; c --allow-empty -m alone; sb main o; sb --merge-base main o; sb --more=30 main~1 o`,
  ],
]

/** Stories of choosing hunks and of hooks, told in both gits: title, script. */
export const PATCH_STORIES: readonly (readonly [title: string, script: string])[] = [
  [
    'hunks are chosen one by one',
    "seq 30 > f; printf x > g; echo d > d; git add .; c -m one; sed -i '3s/.*/three/;5s/.*/five/;25s/.*/tf/' f; printf y > g; rm d; echo n > new; git add -N new; printf 'y\\n?\\nZ\\nk\\nJ\\nK\\n\\ns\\ny\\nn\\ns\\nn\\nn\\n' | git add -p; echo $?; git status -s; git diff --cached; git diff; printf 'y\\ny\\ny\\ny\\ny\\n' | git add -p; git status -s",
  ],
  [
    'hunks are split, left and taken',
    "printf '%s\\n' a b c d e f g h > f; git add f; c -m one; printf '%s\\n' A b C d E f h i > f; printf 's\\nn\\ny\\nK\\nk\\nn\\nd\\n' | git add -p f; git diff --cached f; printf 's\\nJ\\nJ\\nj\\na\\n' | git add -p f; git diff --cached; git diff; printf 'q\\n' | git add -p f; printf 's\\nj\\nj\\ny\\nq\\n' | git add --patch; git diff",
  ],
  [
    'hunks without a newline at the end',
    "printf 'a\\nb' > f; printf '' > e; git add .; c -m one; printf 'x\\nb\\nc' > f; echo now > e; printf 'y\\ns\\ny\\nn\\n' | git add -p; git diff --cached; git diff; git checkout -q f; printf 'b' > f; printf 'n\\ny\\ny\\n' | git add -p . ; git show :f; git status -s",
  ],
  [
    'nothing to choose from',
    "w a 1; git add a; c -m one; git add -p; echo $?; printf '\\0' > b; git add b; c -m two; printf '1\\0' > b; git add -p; echo $?; git add -p nope; echo $?; git add -n -p; echo $?; w a 2; git add -p </dev/null; echo; git add -p b </dev/null; mkdir d; w d/x 1; git add d; c -m d; w d/x 2; (cd d; echo q | git add -p; echo y | git add -p x); git status -s",
  ],
  [
    'what is left to bisect is shown',
    'git bisect visualize; echo $?; for i in 1 2 3 4 5; do w f $i; w g$i 1; git add .; c -m "n $i"; done; git bisect start; git bisect view; echo $?; git bisect bad; git bisect good HEAD~4; git bisect visualize --oneline; echo $?; git bisect view -1 --format=%s; git bisect visualize --stat; git bisect view log --oneline --reverse; git bisect good; git bisect view; git bisect reset; git bisect start HEAD HEAD~3 -- f; git bisect view --oneline',
  ],
]

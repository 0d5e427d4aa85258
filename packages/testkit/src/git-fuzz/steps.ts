import { Draw } from '../shell-fuzz/draw'

const FILES = ['a', 'b', 'd/c', 'd/e/f', 'g', "'s p'", "'d/ü'"]
const BRANCHES = ['main', 'x', 'y', 'z']
const PLACES = ['w1', 'w2']
/** Exit codes and standard output of every step count; what is said on standard error may be worded otherwise. */
const PREAMBLE = `export GIT_AUTHOR_NAME=Ann GIT_AUTHOR_EMAIL=ann@example.com GIT_COMMITTER_NAME=Cy GIT_COMMITTER_EMAIL=cy@example.com GIT_CONFIG_NOSYSTEM=1 GIT_EDITOR=true
n=1700000000
t() { n=$((n+60)); export GIT_AUTHOR_DATE="@$n +0100" GIT_COMMITTER_DATE="@$n +0100"; }
s() { t; "$@" 2>/dev/null; echo "= $?"; }
t; git init -q -b main
mkdir -p d/e; for f in a b d/c d/e/f; do seq 12 > $f; done; git add .; git commit -qm first; git branch x; git branch y
`
const EPILOGUE = `git status --porcelain; git log --all --format='%H %P %s' 2>/dev/null; git ls-tree -r HEAD 2>/dev/null; git diff; git diff --cached --stat
git ls-files -s; git tag -n; git worktree list | sed 's/.*[/]//'; git reflog --format=%gs | grep -v 'Fast-forward$' | head -30; git stash list; git branch -v; git status | head -30; find . -path ./.git -prune -o -type f -print | sort
`

type Step = (draw: Draw) => string

const file = (draw: Draw): string => draw.pick(FILES)
const branch = (draw: Draw): string => draw.pick(BRANCHES)
const line = (draw: Draw): number => 1 + draw.below(12)

/** What people do to files and to histories; what stands twice is drawn twice as often. */
const STEPS: readonly Step[] = [
  (draw) => `mkdir -p d/e; echo "new $n" >> ${file(draw)}`,
  (draw) => `sed -i '${line(draw)}s/$/ ${draw.pick(['p', 'q', 'r'])}/' ${file(draw)} 2>/dev/null`,
  (draw) => `sed -i '${line(draw)}s/$/ ${draw.pick(['p', 'q', 'r'])}/' ${file(draw)} 2>/dev/null`,
  (draw) => `sed -i '${line(draw)}d' ${file(draw)} 2>/dev/null`,
  (draw) => `sed -i '${line(draw)}i inserted ${draw.below(3)}' ${file(draw)} 2>/dev/null`,
  (draw) => `rm -f ${file(draw)}`,
  (draw) => `chmod ${draw.pick(['+x', '-x'])} ${file(draw)} 2>/dev/null`,
  (draw) => `s git add ${draw.pick(['-A', '-u', '.', 'a', 'd'])}`,
  () => 's git add -A',
  (draw) => `s git rm -q ${draw.pick(['', '-f ', '--cached '])}${file(draw)}`,
  (draw) => `s git mv ${draw.pick(['', '-f '])}${file(draw)} ${file(draw)}`,
  (draw) => `s git commit -m "c${draw.below(100)}"`,
  (draw) => `s git commit -am "ca${draw.below(100)}"`,
  (draw) => `s git add -A; s git commit -qm "cq${draw.below(100)}"`,
  (draw) => `s git add -A; s git commit -qm "cq${draw.below(100)}"`,
  () => 's git commit -q --amend --no-edit',
  (draw) => `s git checkout ${draw.pick(['-q ', '-q -f '])}${branch(draw)}`,
  (draw) => `s git switch -q ${branch(draw)}`,
  (draw) => `s git merge ${draw.pick(['', '--no-ff ', '--no-edit ', '-X ours ', '--squash '])}${branch(draw)}`,
  (draw) => `s git merge ${branch(draw)}`,
  (draw) => `s git merge --${draw.pick(['abort', 'continue'])}`,
  (draw) => `s git rebase ${branch(draw)}`,
  (draw) => `s git rebase --${draw.pick(['abort', 'continue', 'skip'])}`,
  (draw) => `s git cherry-pick ${branch(draw)}${draw.pick(['', '~1'])}`,
  (draw) => `s git cherry-pick --${draw.pick(['abort', 'continue', 'skip'])}`,
  (draw) => `s git revert --no-edit HEAD${draw.pick(['', '~1'])}`,
  (draw) => `s git revert --${draw.pick(['abort', 'continue'])}`,
  (draw) => `s git stash ${draw.pick(['', '-u', '-k'])}`,
  (draw) => `s git stash ${draw.pick(['pop', 'apply', 'pop --index', 'drop'])}`,
  (draw) => `s git reset ${draw.pick(['-q', '--soft HEAD~1', 'HEAD~1', '-q a', '--merge'])}`,
  (draw) => `s git reset --hard ${draw.pick(['', 'HEAD~1', 'x'])}`,
  (draw) => `s git checkout ${draw.pick(['--', 'x --', 'HEAD~1 --'])} ${file(draw)}`,
  (draw) => `s git restore ${draw.pick(['', '--staged ', '-s HEAD~1 ', '-SW '])}${file(draw)}`,
  () => 's git clean -fdq',
  () =>
    `for f in $(git diff --name-only --diff-filter=U 2>/dev/null | grep -v '"'); do sed -i '/^[<=>|]/d' "$f"; git add "$f"; done; s git commit -q --no-edit`,
  (draw) =>
    `git diff --name-only --diff-filter=U -z 2>/dev/null | xargs -0 -r git checkout -q --${draw.pick(['ours', 'theirs'])} -- 2>/dev/null; s git add -A`,
  (draw) =>
    `GIT_SEQUENCE_EDITOR="sed -i ${draw.pick(['1d', '1s/pick/drop/', '2s/pick/squash/', '2s/pick/fixup/', '1s/pick/reword/', '1s/pick/edit/'])}" s git rebase -i ${draw.pick(['HEAD~2', 'HEAD~3', 'x', 'main'])}`,
  (draw) => `s git cherry-pick ${draw.pick(['x..y', 'main..x', 'x~2..x', 'y..main', '-n x'])}`,
  (draw) => `s git revert --no-edit ${draw.pick(['HEAD~2..HEAD', '-n HEAD'])}`,
  (draw) => `s git switch -q -${draw.pick(['c', 'C'])} ${branch(draw)}`,
  (draw) => `s git checkout -q -${draw.pick(['b', 'B'])} ${branch(draw)} ${draw.pick(['', 'x', 'HEAD~1'])}`,
  (draw) => `s git checkout -q ${draw.pick(['HEAD~1', '--detach', '-', 'x~1'])}`,
  (draw) => `s git tag ${draw.pick(['t1', '-f t1', '-d t1', '-a -m note t2', 't3 HEAD~1'])}`,
  (draw) => `s git branch -${draw.pick(['d', 'D', 'f', 'M'])} ${branch(draw)} ${draw.pick(['', 'x'])}`,
  (draw) => `s git worktree ${draw.pick(['add -q', 'add -q --detach', 'remove', 'remove -f'])} ../${draw.pick(PLACES)}`,
  (draw) => `s git mv ${draw.pick(['d d2', 'd2 d', 'd/e d/c', 'd/e .', 'd2/e d', 'd2 x/y', 'e d'])}`,
  (draw) => `rm -f l; ln -s ${file(draw)} l; s git add l`,
  (draw) => `mkdir -p em/${draw.pick(['p', 'q'])}; rm -rf ${draw.pick(['d', 'd/e', 'em'])}`,
  (draw) => `printf 'c\\r\\n' >> ${file(draw)} 2>/dev/null`,
  (draw) => `s git commit --amend -m "am${draw.below(100)}"`,
  (draw) => `s git reset --keep ${draw.pick(['HEAD~1', 'x', ''])}`,
  (draw) => `s git stash ${draw.pick(['push -q -m note', 'push -- a', 'show --stat', 'branch z', 'apply --index', 'push -S'])}`,
  (draw) => `s git restore ${draw.pick(['-s x ', '-s HEAD~1 -SW ', '-S '])}${draw.pick(['.', 'd'])}`,
  (draw) => `s git rm -qr ${draw.pick(['--cached d', 'd', '-f d/e', '--cached .'])}`,
  (draw) => `s git merge ${draw.pick(['--no-commit ', '--ff-only ', '-X theirs ', '--no-ff -m mm '])}${branch(draw)}`,
  (draw) => `s git rebase ${draw.pick(['--onto x HEAD~1', '-q main', '--onto main x', '-f HEAD~1'])}`,
  () => 's git log --oneline --graph',
  (draw) => `s git diff ${draw.pick(['--stat', 'HEAD --stat', '--cached --name-status', 'HEAD~1 --summary', '--raw'])}`,
]

/** A script of git commands, the same for the same seed. */
export function gitScript(seed: number): string {
  const draw = new Draw(seed)
  const count = 10 + draw.below(18)
  const steps = Array.from({ length: count }, () => draw.pick(STEPS)(draw))
  return scriptOfSteps(steps)
}

/** What a script does, step by step. */
export function gitSteps(seed: number): readonly string[] {
  return gitScript(seed).slice(PREAMBLE.length, -EPILOGUE.length).split('\n')
}

/** A script of some steps, with what is compared at its end. */
export function scriptOfSteps(steps: readonly string[]): string {
  return `${PREAMBLE}${steps.join('\n')}\n${EPILOGUE}`.replace(`\n\n${EPILOGUE}`, `\n${EPILOGUE}`)
}

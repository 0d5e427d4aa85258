/** Scripts that are run in both gits. `c` commits a minute later, `w FILE TEXT` writes. */
export const STORIES: readonly (readonly [title: string, script: string])[] = [
  [
    'the first commit',
    'w a "1\\n2\\n"; git status; git add a; git status; t; git commit -m one; git log; git status; git ls-tree -r HEAD; git rev-parse HEAD',
  ],
  [
    'status in short',
    'w a 1; w b 2; git add a; c -m one; w a 11; w c 3; git add c; git status -s; git status --porcelain -b; git status --porcelain=v2; git status -sb -uno',
  ],
  [
    'untracked folders',
    'mkdir -p d/e; w d/e/f 1; w d/g 2; git status -s; git status -s -uall; git add d/g; git status -s; git ls-files -o; git ls-files',
  ],
  [
    'ignored files',
    'w .gitignore "*.log\\nbuild/\\n!keep.log\\n"; mkdir build; w build/x 1; w a.log 1; w keep.log 1; git status -s; git status -s --ignored; git check-ignore -v a.log build/x keep.log; git add a.log; echo $?; git add -A; git ls-files',
  ],
  [
    'differences',
    'w a "1\\n2\\n3\\n4\\n5\\n6\\n7\\n8\\n"; git add a; c -m one; w a "1\\n2\\n3\\n4x\\n5\\n6\\n7\\n8\\n9\\n"; git diff; git diff --stat; git add a; git diff; git diff --cached --numstat; git diff HEAD --shortstat; git diff --cached --name-status',
  ],
  ['no newline at the end', 'w a "1\\n2"; git add a; c -m one; w a "1\\n2\\n"; git diff; w a "1\\n3"; git diff; git diff -U0'],
  [
    'modes and removal',
    'w a 1; w b 2; git add .; c -m one; chmod +x a; rm b; git status -s; git diff; git diff --summary; git add -A; t; git commit -m two; git show --stat --summary',
  ],
  [
    'renames',
    'w a "1\\n2\\n3\\n4\\n5\\n6\\n"; git add a; c -m one; git mv a b; git status -s; git diff --cached; git diff --cached -M --stat; t; git commit -m two; git log --follow --oneline b; git log --stat -1 --format=%s',
  ],
  [
    'a rename with changes',
    'mkdir -p s/x; w s/x/a "1\\n2\\n3\\n4\\n5\\n6\\n7\\n8\\n9\\n"; git add .; c -m one; mkdir s/y; git mv s/x/a s/y/a; w s/y/a "1\\n2\\n3\\n4\\n5\\n6\\n7\\n8\\n9\\n10\\n"; git add .; git status; git diff --cached --stat; git diff --cached --name-status; git diff --cached --no-renames --name-status; t; git commit -m two',
  ],
  [
    'log formats',
    'w a 1; git add a; c -m one; w a 2; c -am "two\n\nbody line"; w a 3; c -am three; git log --oneline; git log -2 --format="%h %an <%ae> %ad %s%n%b" --date=iso; git log --pretty=short -1; git log --pretty=fuller -1; git log --format=raw -1; git log --reverse --format="%H %P %T"; git log -1 --pretty=reference; git log --date=short --format=format:"%cd %cr" -1 > /dev/null; git log --format="%an|%cn|%at|%ct|%B" -n 2',
  ],
  [
    'log selection',
    'for i in 1 2 3 4; do w a $i; git add a; c -m "change $i"; done; git log --oneline HEAD~2..HEAD; git log --oneline --grep="change [13]"; git log --oneline -S3 -- a; git log --oneline --skip=1 -n 2; git log --oneline --author=Ann; git log --oneline --author=Bob; git rev-parse HEAD~3 HEAD^^ HEAD@{1}; git log --oneline ^HEAD~1 HEAD',
  ],
  [
    'log with patches',
    'w a "1\\n"; git add a; c -m one; w a "1\\n2\\n"; w b "x\\n"; git add .; c -m two; git log -p; git log --stat; git log --oneline -p; git log --name-only --oneline; git log --name-status --format=%s; git show; git show HEAD~1; git show HEAD:a; git show --name-only --format=',
  ],
  [
    'branches',
    'w a 1; git add a; c -m one; git branch topic; git branch; git checkout topic; w a 2; c -am two; git branch -v; git checkout main; git branch --merged; git branch --no-merged; git branch -d topic; echo $?; git branch -D topic; git branch; git checkout -b x; git branch -m y; git branch --show-current; git switch -c z; git switch -; git switch nope; echo $?',
  ],
  [
    'detached',
    'w a 1; git add a; c -m one; w a 2; c -am two; git checkout HEAD~1; git status; git branch; w a 3; c -am three; git status; git checkout main; git checkout --detach; git switch main',
  ],
  [
    'local changes in the way',
    'w a 1; git add a; c -m one; git checkout -q -b t; w a 2; c -am two; git checkout -q main; w a 3; git checkout t; echo $?; git checkout -f t; git status -s; git checkout -q main; git checkout -q t -- a; git status -s',
  ],
  [
    'untracked in the way',
    'w a 1; git add a; c -m one; git checkout -q -b t; w b 2; git add b; c -m two; git checkout -q main; w b 3; git checkout t; echo $?; git merge t; echo $?; git status -s',
  ],
  [
    'restore',
    'w a 1; w b 1; git add .; c -m one; w a 2; w b 2; git add a; git restore --staged a; git status -s; git restore a; git status -s; git restore .; git status -s; w a 5; c -am five; git restore --source=HEAD~1 a; git status -s; git restore nope; echo $?; git checkout -- a; git status -s',
  ],
  [
    'reset',
    'for i in 1 2 3 4; do w a $i; git add a; c -m $i; done; git reset --soft HEAD~1; git status -s; git reset; git reset --hard HEAD~1; git log --oneline; w a x; git reset --hard; w b 1; git add b; git reset b; git status -s; git reflog 2>/dev/null | cat > /dev/null; git reset HEAD@{1}; git log --oneline',
  ],
  [
    'fast-forward',
    'w a 1; git add a; c -m one; git checkout -q -b t; w a 2; w b 1; git add .; c -m two; git checkout -q main; git merge t; git log --oneline; git merge t; git merge nope; echo $?',
  ],
  [
    'a real merge',
    'w a "1\\n2\\n3\\n4\\n5\\n"; git add a; c -m one; git checkout -q -b t; w a "1x\\n2\\n3\\n4\\n5\\n"; c -am two; git checkout -q main; w a "1\\n2\\n3\\n4\\n5y\\n"; c -am three; t; git merge t -m merged; git log --format="%s %p"; cat a; git show --stat; git log --oneline --first-parent; git log --merges --oneline',
  ],
  [
    'a conflict',
    'w a "1\\n2\\n3\\n"; git add a; c -m one; git checkout -q -b t; w a "1\\nx\\n3\\n"; c -am two; git checkout -q main; w a "1\\ny\\n3\\n"; c -am three; git merge t; echo $?; cat a; git status; git status -s; git ls-files -u; git diff; git commit -m no; echo $?; w a "1\\nxy\\n3\\n"; git add a; git status; t; git commit --no-edit; git log --format=%B -1; git show',
  ],
  [
    'giving a merge up',
    'w a 1; git add a; c -m one; git checkout -q -b t; w a 2; c -am two; git checkout -q main; w a 3; c -am three; git merge t; git merge --abort; git status; git merge --abort; echo $?; git merge -X ours t -m m; cat a',
  ],
  [
    'conflicts of removal',
    'w a "1\\n"; w b "2\\n"; git add .; c -m one; git checkout -q -b t; git rm -q a; w b "2t\\n"; w n "t\\n"; git add .; c -m two; git checkout -q main; w a "1m\\n"; git rm -q b; w n "m\\n"; git add .; c -m three; git merge t; git status; git status -s; cat n',
  ],
  [
    'merge in the style of diff3',
    'git config merge.conflictStyle diff3; w a "1\\n2\\n3\\n"; git add a; c -m one; git checkout -q -b t; w a "1\\nx\\n3\\n"; c -am two; git checkout -q main; w a "1\\ny\\n3\\n"; c -am three; git merge t; cat a',
  ],
  [
    'merge over a rename',
    'w a "1\\n2\\n3\\n4\\n5\\n6\\n"; git add a; c -m one; git checkout -q -b t; git mv a b; c -am two; git checkout -q main; w a "1\\n2\\n3\\n4\\n5\\n6\\n7\\n"; c -am three; t; git merge t -m m; git ls-files; cat b',
  ],
  [
    'amending',
    'w a 1; git add a; c -m one; w b 1; git add b; t; git commit --amend -m "one and b"; git log --oneline --stat; git commit --amend --no-edit --author="Bo <bo@x>"; git log --format="%an %ae %cn"; git commit -m none; echo $?; git commit --allow-empty -m empty; git log --oneline',
  ],
  [
    'rm and mv',
    'w a 1; w b 2; mkdir d; w d/c 3; git add .; c -m one; git rm a; git rm --cached b; git status -s; git rm d; echo $?; git rm -r d; git status -s; git mv b e; echo $?; w d 1; git rm nope; echo $?',
  ],
  [
    'settings',
    'git config user.x y; git config --get user.x; git config --list --local; git config nope.x; echo $?; git config --unset user.x; git config --get user.x; echo $?; git config --add a.b 1; git config --add a.b 2; git config --get-all a.b; git config a.b; git config alias.st "status -s"; w a 1; git st; git config --bool a.c yes; git config --bool --get a.c; cat .git/config',
  ],
  [
    'clean',
    'w a 1; git add a; c -m one; w b 1; mkdir d; w d/c 1; git clean -n; git clean -nd; git clean; echo $?; git clean -fd; git status -s',
  ],
  [
    'below a folder',
    'mkdir -p d/e; w d/a 1; w d/e/b 2; w r 3; git add .; c -m one; cd d; w a 11; w e/n 1; git status; git status -s; git diff; git add .; git status -s; git ls-files; git ls-tree HEAD; git ls-tree -r --name-only HEAD; git rev-parse --show-prefix --show-cdup',
  ],
  [
    'whole history as a graph',
    'w a "1\\n"; git add a; c -m one; git checkout -q -b t; w b 1; git add b; c -m two; git checkout -q main; w c 1; git add c; c -m three; t; git merge -q t -m merged; w d 1; git add d; c -m four; git log --graph --oneline; git log --graph --oneline --all --decorate; git log --graph',
  ],
  [
    'blobs and trees',
    'w a "hello\\n"; git add a; git cat-file -p $(git hash-object a); git write-tree; git cat-file -t $(git write-tree); c -m one; git cat-file -p HEAD; git cat-file -p "HEAD^{tree}"; git cat-file -s HEAD:a; git cat-file -e nope; echo $?; git show-ref; git symbolic-ref HEAD; git update-ref refs/heads/x HEAD; git show-ref --heads',
  ],
  [
    'names of revisions',
    'w a 1; git add a; c -m one; w a 2; c -am two; git rev-parse --abbrev-ref HEAD; git rev-parse --short HEAD; git rev-parse --verify nope; echo $?; git rev-parse nope; echo $?; git rev-parse HEAD~1:a :a ":/one" "HEAD^{tree}" HEAD~1..HEAD; git rev-parse --git-dir --is-inside-work-tree; git rev-parse -q --verify HEAD~5; echo $?; git merge-base HEAD HEAD~1',
  ],
  [
    'picking',
    'w a "1\\n2\\n3\\n"; git add a; c -m one; git checkout -q -b t; w a "1\\n2\\n3\\n4\\n"; c -am two; w b 1; git add b; c -m three; git checkout -q main; t; git cherry-pick t; git log --format="%s %an %ad"; t; git revert --no-edit HEAD; git log --oneline; git cherry-pick nope; echo $?; w a "1x\\n2\\n3\\n5\\n"; c -am four; git cherry-pick t~1; echo $?; git status; cat a; git cherry-pick --abort; git status -s; git cherry-pick -x -n t; git status -s',
  ],
  [
    'stashes',
    'w a "1\\n"; git add a; c -m one; w a "2\\n"; git stash; git status -s; git stash list; git stash show; git stash show -p; git stash pop; w b 1; git stash -u -m named; git stash list; git stash apply; git stash drop; git stash list; git stash pop; echo $?',
  ],
  [
    'tags',
    'w a 1; git add a; c -m one; git tag v1; git tag -a v2 -m "second\n\nbody"; git tag; git tag -n; git tag -l "v*"; git show v2 --stat; git cat-file -p v2; git tag v1; echo $?; git tag -d v1; git tag -d v1; echo $?; git rev-parse v2^{} v2^{commit}; git log --oneline --decorate',
  ],
  [
    'the log of HEAD',
    'w a 1; git add a; c -m one; w a 2; c -am two; git reset -q --hard HEAD~1; git checkout -q -b x; git reflog; git reflog x; git log --oneline HEAD@{2}',
  ],
  [
    'descriptions and lists',
    'w a 1; git add a; c -m one; t; git tag -a v1 -m first; w a 2; c -am two; git tag light; git describe; git describe --tags; git describe --long; git describe HEAD~1; git describe --always --abbrev=4 HEAD~1; w a 3; git describe --dirty; git for-each-ref; git for-each-ref --format="%(refname:short) %(objecttype) %(subject)" refs/tags; git rev-list HEAD; git rev-list --count HEAD; git rev-list --count --left-right light...HEAD~1; git rev-list --parents -n 1 HEAD',
  ],
  [
    'a rebase',
    'w a "1\\n2\\n3\\n"; git add a; c -m one; git checkout -q -b t; w b 1; git add b; c -m two; w c 1; git add c; c -m three; git checkout -q main; w a "1\\n2\\n3\\n4\\n"; c -am four; git checkout -q t; t; git rebase main; git log --format="%s %an %ad %cd"; git rebase main; git status -s; git reflog -n 2',
  ],
  [
    'a rebase with a conflict',
    'w a "1\\n"; git add a; c -m one; git checkout -q -b t; w a "2\\n"; c -am two; git checkout -q main; w a "3\\n"; c -am three; git checkout -q t; git rebase main; echo $?; cat a; git status -s; git branch --show-current; git rebase --abort; git log --oneline; git rebase -q main; git rebase --skip; git log --oneline',
  ],
]

/** Scripts that are run in both gits, see `git-stories.fixture.ts`: histories that are written anew, looked into and carried as patches. */
export const HISTORY_STORIES: readonly (readonly [title: string, script: string])[] = [
  [
    'blame merge',
    `printf '1\\n2\\n3\\n4\\n5\\n' > a; git add a; c -m one; git checkout -qb x; printf '1\\n2\\n3\\n4\\n5x\\n' > a; c -am x; git checkout -q main; printf '1m\\n2\\n3\\n4\\n5\\n' > a; c -am m; t; git merge -q x -m mm; git blame a; git blame -p a; git blame --first-parent a`,
  ],
  [
    'shortlog',
    `w a 1; git add a; c -m one; w a 2; t; git commit -qam two --author='Bo <b@x>'; w a 3; c -am three; w a 4; t; git commit -qam 'four is a very long line that goes on and on until it is longer than the usual seventy six columns are' --author='Bo <b@x>'
git shortlog HEAD; git shortlog -s HEAD; git shortlog -sn HEAD; git shortlog -sne HEAD; git shortlog -c HEAD; git log | git shortlog; git log | git shortlog -s; git shortlog -s -n --all; git shortlog HEAD~1..HEAD; git shortlog -w HEAD; git shortlog -w30,2,4 HEAD; git shortlog --format='%h %s' HEAD; git shortlog --group=committer -s HEAD; git shortlog -s -- a </dev/null; git shortlog -s --no-merges HEAD --since=2000-01-01`,
  ],
  [
    'apply',
    `printf '1\\n2\\n3\\n4\\n5\\n6\\n7\\n8\\n9\\n' > a; printf 'x\\n' > b; mkdir d; printf 'q\\n' > d/q; git add .; c -m one
printf '1\\n2\\n3x\\n4\\n5\\n6\\n7\\n8\\n9\\n10\\n' > a; git rm -q b; printf 'n\\n' > n; git mv d/q d/r; git add .; git diff --cached > /tmp/p1.$$; git reset -q --hard
git apply --stat /tmp/p1.$$
git apply --numstat /tmp/p1.$$; git apply --summary /tmp/p1.$$; git apply --check /tmp/p1.$$; echo $?; git status -s
git apply /tmp/p1.$$; git status -s
git apply /tmp/p1.$$; echo $?
git apply -R /tmp/p1.$$; git status -s
git apply --index /tmp/p1.$$; git status -s; git reset -q --hard; git apply --cached /tmp/p1.$$; git status -s; git reset -q --hard; git clean -fdq
printf '0\\n1\\n2\\n3\\n4\\n5\\n6\\n7\\n8\\n9\\n' > a; git apply -v /tmp/p1.$$; echo $?; cat a; git status -s
git checkout -q .; git clean -fdq; printf '1\\n2y\\n3\\n4\\n5\\n6\\n7\\n8\\n9\\n' > a; git apply /tmp/p1.$$; echo $?; git apply --index /tmp/p1.$$; echo $?
c -am conflicting; git apply -3 /tmp/p1.$$; echo $?; git status -s; cat a
git reset -q --hard; git apply --include=n /tmp/p1.$$; git status -s; git apply --exclude='d/*' --check /tmp/p1.$$; echo $?
echo garbage | git apply; echo $?; git apply nope; echo $?; : | git apply --allow-empty; echo $?
printf -- '--- a\\n+++ a\\n@@ -1 +1 @@\\n-1\\n+one\\n' | git apply -p0; head -1 a; printf -- '--- x/y/a\\n+++ x/y/a\\n@@ -1 +1 @@\\n-one\\n+1\\n' | git apply -p2; head -1 a
printf -- '--- a/q\\n+++ b/q\\n@@ -1 +1 @@\\n-q\\n+Q\\n' | git apply --directory=d; cat d/q; cd d; printf -- '--- a/q\\n+++ b/q\\n@@ -1 +1 @@\\n-Q\\n+q \\n' | git apply; cat q; cd ..
printf -- '--- a/a\\n+++ b/a\\n@@ -1,2 +1 @@\\n-1\\n+one\\n' | git apply; echo $?; printf -- '--- a/a\\n+++ b/a\\n@@ -1,9 +1,7 @@\\n-1\\n+one\\n 2y\\n' | git apply --recount; echo $?; head -2 a
rm /tmp/p1.$$`,
  ],
  [
    'apply eof',
    `printf '1\\n2' > a; git add .; c -m one; printf '1\\n2\\n' > a; git diff > p; git checkout a; git apply p; git diff; printf '1\\n3' > a; git diff > p; git checkout a; git apply p; cat a; chmod +x a; git diff > p; git checkout a; git apply p; git diff --summary; git apply -R p; git status -s; git diff HEAD`,
  ],
  [
    'fp',
    `printf '1\\n2\\n3\\n4\\n5\\n' > a; git add a; c -m one
printf '1\\n2x\\n3\\n4\\n5\\n' > a; w b b; git add .; c -m "$(printf 'two: a Very/long subject line that is going to be wrapped because it is longer than eighty chars\\n\\nbody here')" -m 'more'
printf '1\\n2x\\n3\\n4\\n5y\\n' > a; git mv b c; c -am 'thrée' --author='Jörg Ü <j@x>'
chmod +x a; c -am 'fix. Stuff..' -m 'Signed-off-by: X <x@y>'
git format-patch -1
cat 0001*; git format-patch HEAD~2; ls; git format-patch -2 --stdout; git format-patch --root --stdout | grep -c Subject
git format-patch -o out HEAD~3; ls out; git format-patch -3 --cover-letter -o o2; cat o2/0000*; git format-patch -1 --stdout -s --subject-prefix='X Y' -v2 HEAD~1; git format-patch -1 -N --stdout -p | head -20; git format-patch -1 -n --no-signature --stdout | tail -8; git format-patch -q -1 -v3 --start-number 7; ls *.patch; git format-patch -k -1 --stdout HEAD~2 | head -6; git log --format=email -1 HEAD~1; git log -1 -p --pretty=email; git format-patch --zero-commit --rfc --stdout HEAD~1 | head -5; git format-patch HEAD; echo $?; git format-patch; echo $?; git format-patch nope; echo $?; git format-patch -1 --numbered-files --suffix=.txt -U1 --no-stat; ls
git checkout -q -b t HEAD~3; t; git am out/*.patch; git log --format='%an %ae %ad %cn %s%n%b' ; git status -s -uno`,
  ],
  [
    'am',
    `printf '1\\n2\\n3\\n4\\n5\\n' > a; git add a; c -m one; git checkout -q -b t; printf '1\\n2t\\n3\\n4\\n5\\n' > a; c -am two; printf '1\\n2t\\n3\\n4\\n5\\nend\\n' > a; c -am three; git format-patch -o .git/p main; git checkout -q main; printf '1\\n2m\\n3\\n4\\n5\\n' > a; c -am mine; t
git am .git/p/*; echo $?; git status; cat a; git am --show-current-patch=diff; git am --abort; git log --oneline; git status
git am -3 .git/p/*; echo $?; git status; cat a; printf '1\\n2tm\\n3\\n4\\n5\\n' > a; git am --continue; git add a; git am --continue; git log --format='%s %an %ad'; cat a
git reset -q --hard HEAD~2; git am .git/p/0001*; git am --skip; git log --oneline; git am < .git/p/0002*; git log --oneline; git am --continue; echo $?; git am nope; echo $?; echo x | git am; echo $?; git reset -q --hard HEAD~1; git am --abort; git am -q -s .git/p/0002*; git log -1 --format=%B; git reflog -3`,
  ],
  [
    'worktree',
    `w a 1; git add a; c -m one; git branch x; w a 2; c -am two
git worktree list
git worktree add wt
git worktree list; git worktree list --porcelain; git -C wt status; git -C wt log --oneline; cat wt/a; git branch; git branch -v
git worktree add wx x; git worktree add -b y wy HEAD~1; git worktree add --detach wd; git worktree list; git checkout x; echo $?; git worktree add wz x; echo $?; git worktree add wt; echo $?; git branch -d x; echo $?
cd wt; w b 1; git add b; c -m inwt; git rev-parse --git-dir --git-common-dir --show-toplevel; git worktree list | cut -d' ' -f1; git status; git stash list; git symbolic-ref HEAD; cd ..; git log --oneline wt; git log --oneline --all
git worktree remove wt; git worktree list | wc -l; w wx/new 1; git worktree remove wx; echo $?; git worktree remove -f wx; rm -rf wy; git worktree list; git worktree prune -v; git worktree list
git worktree lock --reason because wd; git worktree lock wd; git worktree remove wd; echo $?; git worktree list; git worktree list -v; git worktree list --porcelain; git worktree unlock wd; git worktree unlock wd; git worktree move wd we; git worktree list; git -C we status; git worktree move we nope/x; git worktree remove .; echo $?; git worktree; echo $?; git worktree foo; echo $?
git worktree add -B x wq HEAD; git worktree add --lock wl HEAD~1; git worktree list; git worktree add -q ws nope; echo $?; git worktree add wl; ls -a wl; cat wl/.git; git branch -D x; git branch -m y yy; git branch`,
  ],
  [
    'edit',
    `export GIT_EDITOR='cat'; for i in 1 2 3 4 5; do w f$i $i; git add .; c -m "c$i"; done; t
printf '#!/bin/sh\\ncat "$1"; sed -i "2s/pick/reword/;3s/pick/squash/;4s/pick/fixup/" "$1"\\n' > ../ed.$$; chmod +x ../ed.$$
GIT_SEQUENCE_EDITOR="sh ../ed.$$" git rebase -i HEAD~4; rm ../ed.$$
git reflog; git log --format=%B; git status
GIT_SEQUENCE_EDITOR="sed -i 1s/pick/edit/" git rebase -i HEAD~1; git status; w f9 9; git add f9; git status; git rebase --continue; git log --stat --format=%s; git status`,
  ],
  [
    'exec',
    `for i in 1 2 3 4 5; do w f $i; git add .; c -m "c$i"; done; t
git rebase -x 'echo hi; false' HEAD~2 2>&1; git status;  git rebase --continue 2>&1; git rebase --abort; git status
GIT_SEQUENCE_EDITOR="sed -i d" git rebase -i HEAD~2; echo $?;  GIT_SEQUENCE_EDITOR=false git rebase -i HEAD~2; echo $?; git status
GIT_SEQUENCE_EDITOR="sed -i 1d" git rebase -i HEAD~2 2>&1; git status; cat f; printf r > f; git add f; git status; GIT_EDITOR=cat git rebase --continue 2>&1; git reflog -6
GIT_SEQUENCE_EDITOR="sed -i 1ibreak" git rebase -i HEAD~1;echo $?; git status; git rebase --abort; GIT_SEQUENCE_EDITOR="sed -i 1ifoo" git rebase -i HEAD~1; echo $?;  git status; git rebase --abort
echo dirty >> f; git rebase --autostash -f HEAD~1 2>&1 | sed 's/stash: .*/stash/'; git status -s; git rebase HEAD~1; echo $?; git stash -q; git rebase --continue; echo $?; git rebase HEAD~1; git rebase -f HEAD~2 2>&1; git log --oneline; git rebase nope; echo $?; git rebase; echo $?; git rebase -q -f HEAD~1; git checkout -q HEAD~1; git rebase main; git status`,
  ],
  [
    'autosquash',
    `export GIT_EDITOR=true; for i in 1 2 3; do w f$i $i; git add .; c -m "c$i"; done; w g 1; git add g; t; git commit -q --fixup HEAD~1; w g 2; git add g; t; git commit -q --squash HEAD~2 -m extra; git log --oneline; t; GIT_SEQUENCE_EDITOR=cat git rebase -i --autosquash HEAD~4; git log --format=%B---; git rebase --root -f; git log --format='%h %s'; GIT_SEQUENCE_EDITOR="sed -i 's/^pick/drop/;1s/drop/pick/'" git rebase -i --root; git log --oneline; git status -s`,
  ],
  [
    'onto',
    `w a 1; git add a; c -m one; git checkout -q -b x; w b 1; git add b; c -m x1; w c 1; git add c; c -m x2; git checkout -q -b y; w d 1; git add d; c -m y1; git checkout -q main; w e 1; git add e; c -m m1; t; git rebase --onto main x y; git log --oneline --graph; git branch -v; git rebase main x; git log --oneline; git status; git cherry-pick y; t; git checkout -q main; git cherry-pick x; git rebase main x 2>&1; git log --oneline; git cherry main x; git cherry -v main y; git rebase --keep-base main y; git rebase -n main y; git rebase x; git log --oneline; git rebase --onto nope x; echo $?`,
  ],
  [
    'rebase conflict flow',
    `export GIT_EDITOR=true; w a "1\\n"; git add a; c -m one; git checkout -q -b t; w a "2\\n"; c -am two; w b 1; git add b; c -m three; git checkout -q main; w a "3\\n"; c -am m; git checkout -q t; git rebase main; echo $?; git status; git rebase --continue; echo $?; git add a; git rebase --continue; git log --oneline; git checkout -q main; git reset -q --hard HEAD~1; w a "9\\n"; c -am nine; git checkout -q t; git rebase -X theirs main; cat a; git rebase --skip; echo $?; git rebase --quit; echo $?; git rebase --abort; echo $?`,
  ],
  [
    'difftree',
    `mkdir -p d/e; w a 1; w d/b 2; w d/e/c 3; git add .; c -m one; w a 11; w d/b 22; git add .; c -m two; git mv a z; w d/e/c 33; git add .; c -m three
git diff-tree HEAD; git diff-tree -r HEAD; git diff-tree --name-only HEAD; git diff-tree --no-commit-id --name-only -r HEAD; git diff-tree --name-status -r HEAD~1 HEAD; git diff-tree -p HEAD; git diff-tree --stat HEAD; git diff-tree HEAD~2; git diff-tree --root HEAD~2; git diff-tree -M -r HEAD; git diff-tree -r HEAD~2 HEAD -- d; git diff-tree --abbrev -r HEAD; git rev-list HEAD | git diff-tree --stdin --name-only -r; git diff-tree -s --pretty=%s HEAD; git diff-tree --pretty --stat HEAD; git diff-tree -z -r HEAD | tr '\\0' '!'; git diff-tree --quiet HEAD~1 HEAD; echo $?; git diff-tree -r --diff-filter=A HEAD; git diff-tree --shortstat HEAD
w d/b 9; git diff-files; git diff-files --name-only; git diff-files -p; git diff-files --quiet; echo $?; git diff-index HEAD; git diff-index --cached HEAD; git add d/b; git diff-index --cached HEAD; git diff-index --cached --quiet HEAD; echo $?; git diff-index --name-status HEAD; git diff-index -p --cached HEAD --; git diff-index --stat HEAD; git whatchanged -1; git whatchanged --format=%s; git whatchanged -1 --stat`,
  ],
  [
    'namerev',
    `w a 1; git add a; c -m one; git tag -a v1 -m v1; w a 2; c -am two; git checkout -q -b x; w b 1; git add b; c -m x1; git checkout -q main; w a 3; c -am three; t; git merge -q x -m m; git tag lt HEAD~1
git name-rev HEAD HEAD~1 HEAD~2 HEAD^2 HEAD~3; git name-rev --name-only HEAD^2; git name-rev --tags HEAD~1 HEAD HEAD~3; git name-rev --tags --name-only HEAD~3; git name-rev nope; echo $?; git name-rev --always --tags --name-only HEAD; git name-rev --refs='x' HEAD^2~1; git rev-parse HEAD~2 | git name-rev --stdin; git log --oneline --format='%H' -2 | git name-rev --annotate-stdin --name-only; git name-rev --exclude='*x*' HEAD^2`,
  ],
  [
    'indexplumb',
    `w a 1; w b 2; git add .; c -m one; o=$(echo hi | git hash-object -w --stdin); git update-index --add --cacheinfo 100644,$o,n; git status -s; git update-index --add --cacheinfo 100755 $o m; git ls-files -s; git update-index --chmod=+x a; git diff --cached --summary; w c 3; git update-index c; echo $?; git update-index --add c; rm b; git update-index b; echo $?; git update-index --remove b; git status -s; git update-index --force-remove c; git update-index --assume-unchanged a; w a 9; git status -s; git update-index --no-assume-unchanged a; git status -s; git update-index --refresh; echo $?; git update-index -q --refresh; echo $?; git update-index --skip-worktree a; git status -s; git ls-files -v; git update-index --no-skip-worktree a; printf 'a\\nc\\n' | git update-index --add --stdin; git ls-files -s | git update-index --index-info; git ls-files; git write-tree; git read-tree HEAD; git status -s; git read-tree --empty; git ls-files; git read-tree -m -u HEAD; git status -s; git read-tree --prefix=sub HEAD; git ls-files; git read-tree --reset -u HEAD; git status -s; git ls-tree HEAD | git mktree; git ls-tree -r HEAD | sed s/a$/q/ | git mktree
printf 'a  \\n\\n\\n\\n# c\\nb\\n\\n' | git stripspace; printf '# c\\nb\\n\\n' | git stripspace -s; printf 'x\\n\\ny\\n' | git stripspace -c; git check-ref-format refs/heads/x; echo $?; git check-ref-format x; echo $?; git check-ref-format --branch 'a..b'; echo $?; git check-ref-format --normalize refs//heads/x; git check-ref-format --allow-onelevel x; echo $?; printf '1\\n2\\n3\\n' > o; printf '1\\n2a\\n3\\n' > p; printf '1\\n2b\\n3\\n' > q; git merge-file -p p o q; echo $?; git merge-file --union p o q; cat p; git merge-file -p --ours q o p; git merge-file -p -L A -L B -L C --diff3 q o p; echo $?; git verify-commit HEAD; echo $?; git tag -a v -m v; git verify-tag v; echo $?`,
  ],
  [
    'maintain',
    `w a 1; git add a; c -m one; w a 2; c -am two; git tag -a v1 -m v1; git branch x; git count-objects; git count-objects -v; git gc -q; git log --oneline; git count-objects -v | grep -v size; cat .git/packed-refs; git fsck; echo $?; echo lost | git hash-object -w --stdin; git fsck; git fsck --unreachable; git prune -n; git prune; git fsck; w a 3; c -am three; git repack -a -d -q; git count-objects; git log --oneline; git pack-refs --all; git branch; git branch -d x; cat .git/packed-refs; git commit -q --amend -m new; git fsck; git fsck --no-reflogs; git gc --prune=now -q; git count-objects; git status`,
  ],
  [
    'graph',
    `w a 1; git add a; c -m one; git checkout -q -b x; w b 1; git add b; c -m x1; git checkout -q main; w c 1; git add c; c -m m1; git checkout -q -b y HEAD~1; w d 1; git add d; c -m y1; git checkout -q x; w b 2; c -am x2; git checkout -q main; t; git merge -q x -m mx; git checkout -q y; w d 2; c -am y2; git checkout -q main; t; git merge -q y -m my; w a 5; c -am last
git log --graph --oneline --all; git log --graph --oneline; git log --graph; git log --graph --stat --oneline; git log --graph --oneline --date-order; git log --graph --format='%h%n%s'; git log --graph --oneline --reverse; git log --graph -p --oneline -3; git log --graph --color=always --oneline`,
  ],
  [
    'graph2',
    `w a 1; git add a; c -m base; for i in 1 2 3; do git checkout -q -b b$i main; w f$i 1; git add .; c -m b$i-1; w f$i 2; c -am b$i-2; done; git checkout -q main; w z 1; git add z; c -m m1; git merge -q b1 -m mb1; t; git merge -q b2 -m mb2; t; git merge -q b3 -m mb3; git checkout -q b1; t; git merge -q main~1 -m back; w q 1; git add q; c -m onb1; git checkout -q main; w q2 1; git add .; c -m tip
git log --graph --oneline --all --decorate; git log --graph --all --format='%h %s%d'; git log --graph --oneline b1 b3; git log --graph --oneline --first-parent; git log --graph --oneline main~3..; git log --graph --oneline -- f1 f2; git log --graph --all --oneline -4; git log --graph --no-merges --oneline`,
  ],
  [
    'combined',
    `w a "1\\n2\\n3\\n"; w k 1; git add .; c -m one; git checkout -q -b t; w a "1t\\n2\\n3\\n"; w n "t\\n"; git rm -q k; git add .; c -m two; git checkout -q main; w a "1m\\n2\\n3\\n"; w n "m\\n"; git add .; c -m three; git merge t; w a "1both\\n2\\n3\\n"; w n "both\\n"; git add .; t; git commit -q --no-edit; git show; git show --stat; git show -m; git show --cc --name-only; git show -c; git log -p -m -1; git log --cc -1 --oneline; git log -c -p -1 --oneline; git log -m --stat -1 --oneline; git log -1 -p; git log -1 --first-parent -p --oneline; git show --diff-merges=first-parent --oneline; git show --name-status; git show --raw --oneline; git show --numstat --oneline; git show -s
git checkout -q -b u HEAD~1; git merge t -q; git diff; git diff --stat; git diff --name-only; git diff --name-status; git diff HEAD; git diff --ours; git diff --base; git rm -q --cached n; git diff; git diff --cached`,
  ],
  [
    'combined2',
    `printf '%s\\n' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 > a; git add .; c -m one; git checkout -q -b t; sed -i 's/^3$/3t/;s/^10$/10t/;18d' a; c -am two; git checkout -q main; sed -i 's/^4$/4m/;s/^10$/10m/;19d' a; c -am three; git merge -q t; git diff; sed -i '/^[<=>]/d' a; git diff; git add a; t; git commit -q --no-edit; git show; git show -U1; git show -w --oneline`,
  ],
  [
    'combined3',
    `w a "1\\n2\\n"; w k 1; w d "x\\n"; w m "1\\n2\\n3\\n"; git add .; c -m one; git checkout -q -b t; w a "1t\\n2\\n"; w tf "t\\n"; git add .; c -m two; git checkout -q main; w a "1m\\n2\\n"; w mf "m\\n"; git add .; c -m three; git merge -q t; w a "1b\\n2\\n"; w nf "new\\n"; rm d; w tf "changed\\n"; chmod +x m; git add -A; t; git commit -qm merged
git show; git show -c; git show --raw; git show --name-status; git show --stat --oneline; git show -m --name-status; git log -p -1 --cc --format=%s; git log -1 -m -p --oneline; git log -1 --raw -c --oneline; git log --cc --stat -1; git diff-tree --cc --pretty HEAD`,
  ],
  [
    'bisect',
    `for i in 1 2 3 4 5 6 7 8 9 10; do w f "$i\\n"; git add .; c -m "c$i"; done
git bisect start; git status | head -5; git bisect bad; git bisect good HEAD~8; git bisect log; git status; git bisect good; git bisect bad; git bisect good; git bisect log; git branch -a; git for-each-ref refs/bisect; git bisect reset; git bisect start HEAD HEAD~5; git bisect run sh -c 'test $(cat f) -lt 8'; echo $?; git bisect reset;  git bisect good; echo $?; git bisect start main main~3 --; git bisect terms; git bisect log; git bisect next; git bisect bad nope; git bisect foo; git bisect reset main~2; git status | head -1; git bisect reset; git bisect start --term-old=o --term-new=n; git bisect n; git bisect o main~4; git bisect terms; git bisect log; git bisect reset; git bisect start; git bisect good HEAD~3; git bisect good HEAD~4; git bisect bad HEAD; git bisect bad; git bisect reset; git log --oneline -1; git reflog -3`,
  ],
  [
    'bisect merge',
    `w a 1; git add a; c -m base; git checkout -q -b t; for i in 1 2 3 4; do w t$i 1; git add .; c -m t$i; done; git checkout -q main; for i in 1 2 3; do w m$i 1; git add .; c -m m$i; done; t; git merge -q t -m mg; w z 1; git add z; c -m z; git bisect start HEAD HEAD~5; git bisect run test ! -f t3; git bisect reset; git bisect start; git bisect bad; git bisect good t~2; git bisect bad; git bisect good; git bisect log; git bisect reset`,
  ],
  [
    'stash etc',
    `w a "1\\n2\\n3\\n"; git add a; c -m one; echo u > n; git stash -u; git stash pop -q; ls; echo x >> a; git add a; echo y >> a; git stash; git stash show -p; git stash pop --index; git status -s; git stash -k; git status -s; git stash list; git stash apply; git status -s; git reset -q --hard; git stash pop; git stash -S; git stash push -m foo a; git stash show stash@{0} --stat; git stash list --format='%gd %s'; git stash branch nb; git stash drop stash@{5}; git stash clear; git stash list; git stash pop; echo $?; echo $(git stash create) | wc -c; git stash foo; echo $?; git stash save hello; git stash show --name-only; git stash show -p --stat; git status --show-stash`,
  ],
]

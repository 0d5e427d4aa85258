/** Scripts that are run in both gits, see `git-stories.fixture.ts`: the words of every day. */
export const EVERYDAY_STORIES: readonly (readonly [title: string, script: string])[] = [
  [
    'commit words of several kinds',
    [
      "w a 1; git add a; t; git commit -m 'subject' -m 'body one' -m 'body two'; git log --format=%B",
      "w a 2; t; git commit -am 'wip' --author='Bo <bo@x>' --date='2020-01-02T03:04:05Z'; git log -1 --format='%an %ae %ad %cd' --date=iso",
      "t; git commit --amend -m 'better' --no-edit; git commit --amend --reset-author -q --no-edit; git log -1 --format='%an %s'",
      "t; git commit; echo $?; git commit --allow-empty -m ''; echo $?; git commit --allow-empty --allow-empty-message -q -m ''; git log -1 --format='[%s]'",
      "w a 3; git commit -m x; echo $?; git commit -q a -m 'only a'; git status -s; git log --oneline | wc -l",
    ].join('\n'),
  ],
  [
    'commit of some paths',
    [
      "w a 1; w b 1; w c 1; git add .; c -m one; w a 2; w b 2; git add b; t; git commit -m 'just a' a; git status -s; git show --stat --format=%s; git commit -qm 'b then' ; git show --stat --format=%s",
      'w a 3; w b 3; git add a; t; git commit -q -i b -m both; git status -s; git show --name-only --format=%s; git commit -m nothing c; echo $?; git commit -m nope nope; echo $?',
      'git rm -q c; t; git commit -qm gone c; git show --name-status --format=%s',
    ].join('\n'),
  ],
  [
    'a message from a file and from another commit',
    [
      "w a 1; git add a; printf 'from file\\n\\nbody  \\n\\n\\n# not a comment\\n' > m; t; git commit -F m; git log -1 --format=%B; w a 2; git add a; t; git commit -q -F - < m; git log -1 --format=%b",
      "w a 3; git add a; t; git commit -q -C HEAD~1; git log -1 --format='%s %ad'; w a 4; git add a; t; GIT_EDITOR='sed -i 1s/from/edited/' git commit -q -c HEAD; git log -1 --format=%s; w a 5; git add a; t; GIT_EDITOR='printf \"via editor\\n\" >' git commit -q; git log -1 --format=%s",
      "w a 6; git add a; t; git commit -q -s -m signed; git log -1 --format=%B; w a 7; git add a; t; git commit -q --cleanup=verbatim -m '  spaced  '; git log -1 --format='[%B]'",
    ].join('\n'),
  ],
  [
    'add by words',
    [
      'mkdir -p d/e; w a 1; w b 1; w d/x 1; w d/e/y 1; git add -v a d; git status -s; git add -n .; git add -u; git status -s; git add -A; git status -s; git add nope; echo $?; c -m one',
      "rm b; w a 2; w n 1; git add -u; git status -s; git add '*.nope'; echo $?; git add d/; git add --; echo $?; git reset -q; git add --all d; git status -s; git add --refresh",
    ].join('\n'),
  ],
  [
    'rm by words',
    'mkdir d; for f in a b c d/x d/y; do w $f 1; done; git add .; c -m one; git rm a; git rm d; echo $?; git rm -r d; ls; git status -s; w b 2; git rm b; echo $?; git rm --cached b; git status -s; git rm -f b; echo $?; git rm nope; echo $?; git rm --ignore-unmatch nope; echo $?; git rm -n c; git rm -q c; git status -s; ls',
  ],
  [
    'clean spares what it is told to, in folders too, and repositories',
    [
      "w .gitignore '*.log\\nout/\\n'; w a 1; git add .; c -m one; mkdir -p d/e out/deep n d/n; w d/a 1; w d/x.log 1; w d/e/y.log 1; w d/e/z 1; w out/deep/keep 1; w out/b 1",
      "(cd n; git init -q; touch f); (cd d/n; git init -q; touch f; echo '*.log' > .gitignore; touch q.log); git clean -nd | sort; git clean -qnd; git clean -ndx -e keep | sort; git clean -ndx -e out -e z | sort; git clean -nx -e '!z'; git clean -nffd",
      'git clean -fdx -e keep | sort; find . -name .git -prune -o -type f -print | sort; git clean -fd; git clean -ffdqx; ls -A',
    ].join('\n'),
  ],
  [
    'formats that make nothing, and ignored paths',
    "w .gitignore 'out/\\n*.log\\n'; w a 1; git add .; c -m one; w a 2; git add .; c -m two -m 'Closes: 1'; git log --format=%b; git log --format='%(trailers)' | od -c; git log --format=; git log --format=format:%b; git show -s --format=%b HEAD~1; mkdir -p out/x; w out/x/y 1; w z.log 1; git add out/x/y z.log; echo $?; git add out",
  ],
  [
    'colours of lines and words',
    "printf 'one two\\n\\nfn x() {\\n  a\\n  b\\n  c\\n  d\\n  e\\n}\\n' > a; git add a; c -m one; sed -i 's/two/2/; s/  e/  f g/' a; for o in '' -U0 --word-diff --word-diff=color --word-diff=porcelain --color-words; do git diff --color=always $o; done",
  ],
  [
    'clean by words',
    "mkdir -p d/e o; w a 1; w d/t 1; w .gitignore '*.log\\nb/\\n'; git add a d/t .gitignore; c -m one; w u 1; w x.log 1; w d/u 1; w d/e/u 1; mkdir b; w b/q 1; git clean; echo $?; git clean -n; git clean -nd; git clean -ndx; git clean -ndX; git clean -f d; git status -s; git clean -fd -e u; git status -s --ignored; git clean -fdx; git status -s --ignored; ls -A",
  ],
  [
    'status with a remote that is ahead',
    'git init -q --bare ../up; w a 1; git add a; c -m one; git remote add origin ../up; git push -q -u origin main; git status -sb; w a 2; c -am two; git status; git status -sb; git push -q; git reset -q --hard HEAD~1; git status; git status --porcelain=v2 --branch; w a 3; c -am three; git status; git branch -vv; git status --ahead-behind -sb; git log --oneline --left-right HEAD...@{u}; git rev-list --count --left-right HEAD...@{u}; git rev-parse --abbrev-ref @{u} @{push}',
  ],
  [
    'branches listed',
    "w a 1; git add a; c -m one; git branch b1; git branch b2; w a 2; c -am two; git branch b3; git checkout -q b1; w b 1; git add b; c -m onb1; git branch --sort=-committerdate; git branch -v; git branch --contains main; git branch --no-contains main; git branch --merged main; git branch --no-merged main; git branch --list 'b*'; git branch --points-at main; git branch --format='%(refname:short) %(objectname:short) %(HEAD)'; git branch -a; git branch -r; git branch --show-current; git branch -q b9 nope; echo $?; git branch b1; echo $?; git branch 'a b'; echo $?; git branch -d b2 b3; git branch -d b1; echo $?; git for-each-ref --format='%(refname) %(subject)' --sort=-refname refs/heads; git for-each-ref --count=1 --format='%(authorname) %(authordate:iso)'",
  ],
  [
    'switches of every kind',
    'w a 1; git add a; c -m one; git switch -c t; git switch main; git switch -; git switch -C t HEAD; git switch nope; echo $?; git switch --detach; git switch -c fromhere; git switch -c t; echo $?; git tag v1; git switch v1; echo $?; git switch -d v1; git switch main; w a 2; git switch t; git switch -f main; git status -s; git switch --orphan fresh; git status; git log; echo $?; git switch main; git switch -q -c q; git branch',
  ],
  [
    'tags',
    "w a 1; git add a; c -m one; git tag v1.0; w a 2; c -am two; git tag -a v1.1 -m 'one one'; t; git tag -m 'multi' -m 'part' v2; git tag; git tag -n; git tag -n3 -l 'v*'; git tag -l 'v1*'; git tag --sort=-version:refname; git tag --contains HEAD~1; git tag --points-at HEAD; git show v1.1; git show v2 --stat; git tag v1.0; echo $?; git tag -f v1.0; git tag -d v2; git tag -d nope; echo $?; git describe; git describe --tags HEAD~1; git rev-parse v1.1 v1.1^{} v1.1^{commit}; git cat-file -p v1.1; git cat-file -t v1.1; git for-each-ref refs/tags --format='%(refname:short) %(objecttype) %(*objecttype) %(taggername) %(contents:subject)'; git tag 'bad name'; echo $?",
  ],
  [
    'settings',
    "git config a.b c; git config --get a.b; git config a.b; git config --add a.b d; git config --get-all a.b; git config --get a.b; git config --unset a.b; echo $?; git config --unset-all a.b; git config a.b; echo $?; git config sec.sub.key 'v w'; git config --list --local | tail -2; git config --bool x.y yes; git config --bool x.y; git config --type=int n.k 2k; git config --type=int n.k; git config --get-regexp 'x|n'; git config --rename-section x z; git config --remove-section z; git config --remove-section nope; echo $?; git config bad; echo $?; git config --default dd --get no.such; git -c one.off=1 config one.off; cat .git/config | tail -6; git config -f other k.v 1; cat other; git config --file other --list; git config --name-only --list | tail -1",
  ],
  [
    'reset of every kind',
    'for i in 1 2 3; do w a $i; w b $i; git add .; c -m c$i; done; git reset --soft HEAD~1; git status -s; git reset HEAD~1; git status -s; git reset --hard ORIG_HEAD; git log --oneline; w a x; git add a; w b y; git reset --keep HEAD~1; echo $?; git reset -q --hard; w b y; git reset --keep HEAD; git status -s; git reset --merge; git status -s; w a x; git add a; git reset a; git reset -- a b; git reset HEAD~1 -- a; git status -s; git reset nope; echo $?; git reset --soft HEAD -- a; echo $?; git reset -q; git reset --hard HEAD@{1}; git reflog -3 --format=%gs',
  ],
  [
    'stashes looked into',
    'w a "1\\n2\\n3\\n"; w b 1; git add .; c -m one; w a "1\\n2x\\n3\\n"; git stash push -m first; w b 2; w u 1; git stash -u -m second; git stash list; git stash show; git stash show -p stash@{1}; git stash show --name-only 1; git stash show --stat stash@{0}; git show --stat stash@{0}^3; git stash drop 1; git stash list; git stash pop; git status -s; git stash list; git stash; git stash clear; git stash list; git stash pop; echo $?; git stash drop nope; echo $?; git stash show; echo $?',
  ],
  [
    'stashes that do not fit',
    'w a "1\\n2\\n3\\n"; git add a; c -m one; w a "1\\n2s\\n3\\n"; git stash -q; w a "1\\n2m\\n3\\n"; git stash pop; echo $?; c -am two; git stash pop; echo $?; git status -s; cat a; git checkout --theirs a; cat a; git add a; git stash drop -q;',
  ],
  [
    'stash of paths and of what is staged',
    'w a 1; w b 1; w c 1; git add .; c -m one; w a 2; w b 2; w c 2; git add b; git stash push -q a; git status -s; git stash push --staged -m st; git status -s; git stash list; git stash pop -q; git status -s; git stash push -k; git status -s; git stash pop -q; git stash save old words; git stash list; git stash pop -q stash@{1}; git status -s; git stash create; echo $?; git stash store -m kept $(git stash create); git stash list',
  ],
  [
    'worktrees of the day',
    'w a 1; git add a; c -m one; git worktree add -b feat ../feat; cd ../feat; w b 1; git add b; c -m feat1; git status; git log --oneline --all; cd ../workspace 2>/dev/null || cd "$OLDPWD"; git merge -q feat; ls; git worktree list | wc -l; git branch -d feat; echo $?; git worktree remove ../feat; git branch -d feat; git worktree prune; git worktree list | wc -l; ls -A .git | grep worktrees',
  ],
  [
    'history of one file',
    'mkdir d; w d/f "1\\n2\\n3\\n4\\n5\\n6\\n"; w o 1; git add .; c -m one; w d/f "1\\n2\\n3x\\n4\\n5\\n6\\n"; c -am two; git mv d/f g; c -m moved; w g "1\\n2\\n3x\\n4\\n5\\n6y\\n"; w o 2; c -am four; git log --oneline -- g; git log --oneline --follow g; git log --oneline --follow --name-status g; git log --oneline -- d; git log --oneline -- d/f g; git log --format=%s --diff-filter=R --name-only; git log -p --follow --format=%h -1 g; git log --oneline -- nope; git log --oneline nope; echo $?; git log --stat --oneline -- o; git log --oneline HEAD~2 -- d/f; cd d 2>/dev/null; git log --oneline -- .; git shortlog -sn HEAD -- o',
  ],
  [
    'what a range is',
    "w a 1; git add a; c -m base; git checkout -q -b t; for i in 1 2 3; do w t$i 1; git add .; c -m t$i; done; git checkout -q main; for i in 1 2; do w m$i 1; git add .; c -m m$i; done; git log --oneline main..t; git log --oneline t..main; git log --oneline main...t; git log --oneline --left-right main...t; git log --oneline --cherry-pick main...t; git log --oneline t --not main 2>/dev/null; git log --oneline ^main t; git rev-list --count main..t; git rev-list main...t --count; git merge-base main t | cut -c1-7; git diff main...t --stat; git diff main..t --stat; git diff t main --name-only; git show-branch 2>/dev/null | wc -l > /dev/null; git log --oneline t~2..t~1; git log --oneline t^!; git log --oneline t^@; git rev-parse t~2 t^ t^^ t^0; git rev-list --max-parents=0 HEAD; git log --oneline -1 ':/t2'; git log --oneline -1 t^{/t1}; git rev-parse --verify nope; echo $?; git rev-parse -q --verify nope; echo $?; git name-rev t~1; git branch --contains t~1",
  ],
  [
    'dates of every kind',
    "w a 1; git add a; export GIT_AUTHOR_DATE='2024-02-29T23:59:58+0530' GIT_COMMITTER_DATE='2024-03-01T12:00:00-0800'; git commit -qm one; for d in default iso iso-strict rfc short raw unix local iso-local format:%Y/%j 'format:%a %b %e %H:%M' human; do git log -1 --date=\"$d\" --format='%ad | %cd' | sed 's/ago.*//'; done; git log -1 --format='%at %ct %aI %cI %as %cs %aD'; git log --since=2024-03-02 --oneline; git log --since=2024-02-28 --until=2024-03-02 --oneline; git log --after=2025-01-01 --oneline; TZ=America/New_York git log -1 --date=local --format=%ad; git log -1 --date=format-local:%H:%M --format=%ad; git -c log.date=short log -1 | grep Date; git commit -q --allow-empty -m x --date='not a date'; echo $?",
  ],
  [
    'merges by hand',
    'w a "1\\n2\\n3\\n"; w k 1; git add .; c -m one; git checkout -q -b t; w a "1t\\n2\\n3\\n"; git rm -q k; w n t; git add .; c -m t1; git checkout -q main; w a "1m\\n2\\n3\\n"; w k 2; c -am m1; t; git merge t; echo $?; git status; git diff --name-only --diff-filter=U; git ls-files -u; git checkout --ours a; cat a; git checkout --theirs a; cat a; git checkout -m a; cat a; git rm -q k; git add a; git status -s; git merge --continue; GIT_EDITOR=true git commit -q; git log --oneline --graph; git show --stat --format=%s; git merge --abort; echo $?',
  ],
  [
    'merges that are refused',
    "w a 1; git add a; c -m one; git checkout -q -b t; w a 2; c -am two; git checkout -q main; w b 1; git add b; c -m m; w a x; git merge t; echo $?; git stash -q; git merge --ff-only t; echo $?; git merge nope; echo $?; git merge --no-commit --no-ff t; git status -s; git merge t; echo $?; git merge --abort; t; git merge -m 'own words' t; git log -1 --format=%B; git merge t; git merge --squash t; git merge --quit; echo $?; git log --merges --oneline; git log --no-merges --oneline; git log --first-parent --oneline",
  ],
  [
    'squashed and fast',
    'w a 1; git add a; c -m one; git checkout -q -b t; for i in 1 2; do w f$i $i; git add .; c -m "t$i"; done; git checkout -q main; git merge --squash t; git status -s; t; git commit -q -m squashed; git log --oneline; git reset -q --hard HEAD~1; git merge --no-ff --no-edit t; git log --oneline --graph; git reset -q --hard HEAD~1; git merge t; git merge t; git log -1 --format=%s; git reflog -2 --format=%gs; git diff ORIG_HEAD --stat',
  ],
  [
    'rebase with a conflict to the end',
    'w a "1\\n2\\n3\\n"; git add a; c -m one; git checkout -q -b t; w a "1\\n2t\\n3\\n"; c -am t1; w b 1; git add b; c -m t2; git checkout -q main; w a "1\\n2m\\n3\\n"; c -am m1; git checkout -q t; t; git rebase main; echo $?; git status; git diff; git rebase --continue; echo $?; w a "1\\n2tm\\n3\\n"; git add a; GIT_EDITOR=true git rebase --continue; git log --format=%s; git reflog -4 --format=%gs; git rebase main; git rebase --abort; echo $?; git checkout -q main; t; git rebase t; git log --oneline | wc -l',
  ],
  [
    'picks of ranges',
    'w a 1; git add a; c -m base; git checkout -q -b t; for i in 1 2 3 4; do w f$i $i; git add .; c -m t$i; done; git checkout -q main; w f3 mine; git add .; c -m mine; t; git cherry-pick t~3..t; echo $?; git status | head -5; ls; git cherry-pick --skip; git log --format=%s; git reset -q --hard HEAD~2; git cherry-pick t~3 t; git cherry-pick -x t~2; git log -1 --format=%B; git cherry-pick --abort; git cherry-pick t..main; echo $?; git cherry-pick -n t~1 2>/dev/null; echo $?; git status -s; git reset -q --hard; git cherry-pick -e t 2>/dev/null; git log -1 --format=%s',
  ],
  [
    'reverts',
    'for i in 1 2 3; do w a $i; w b$i $i; git add .; c -m c$i; done; t; git revert --no-edit HEAD; git log -1 --format=%B; git show --stat --format=; git revert --no-edit HEAD; git log -1 --format=%s; git revert -n HEAD~3; echo $?; git status -s; git revert --abort; git status -s; git revert --no-edit HEAD~1..HEAD; git log --format=%s; git revert nope; echo $?; git revert --continue; echo $?; git revert -m 1 HEAD; echo $?',
  ],
  [
    'names with spaces and other letters',
    "mkdir 'a dir'; w 'a dir/f 1' 1; w 'ünï' 2; w \"q'uote\" 3; w 'back\\\\slash' 4; w 'tab	tab' 5; git add .; c -m one; git ls-files; git ls-files -z | tr '\\0' '\\n'; git -c core.quotepath=false ls-files; w 'a dir/f 1' 11; w 'ünï' 22; git status -s; git status --porcelain=v2; git diff; git diff --stat; git mv 'a dir' 'b dir'; git status -s; git add -A; c -m two; git show --stat --format=%s; git show --name-status --format=; git log --oneline -- 'b dir/f 1'; git rm -q 'b dir/f 1'; git status; git checkout HEAD -- 'b dir'; git ls-tree -r HEAD; git ls-tree --name-only -z HEAD | tr '\\0' '|'; git grep 2 -- 'ü*'; git blame -s 'ünï'",
  ],
  [
    'links and modes',
    'w a 1; ln -s a l; ln -s nowhere dead; mkdir d; ln -s ../a d/up; git add .; c -m one; git ls-files -s; git ls-tree -r HEAD; rm l; ln -s d l; git status -s; git diff; chmod +x a; git diff --summary; git add -A; c -m two; git show --summary --format=%s; rm l; w l file; git status -s; git diff --stat; git add l; git diff --cached --name-status; c -m typechange; git show --format=%s; git checkout -q HEAD~2; ls -l l | cut -c1; readlink l; git checkout -q main; cat l; git update-index --chmod=-x a; git status -s; git config core.fileMode false; chmod +x a; git status -s',
  ],
  [
    'file becomes folder',
    'w x 1; mkdir y; w y/a 1; w y/b 1; git add .; c -m one; git checkout -q -b t; rm x; mkdir x; w x/in 1; git rm -rq y; w y file; git add -A; git status -s; c -m swapped; git checkout main; ls x y; git checkout t; ls x; cat y; git diff main --name-status; git diff main --stat; git checkout -q main; t; git merge -q t; git log --oneline; git reset -q --hard HEAD~1; w z 1; git add z; c -m z; t; git merge t -m m; git ls-files; git revert -m 1 --no-edit HEAD; git ls-files',
  ],
  [
    'ignored in many ways',
    "mkdir -p a/b c/.d; printf '*.o\\n!keep.o\\n/root.txt\\ndir/\\n**/deep\\na/**/z\\n\\\\#hash\\n*.tm[pq]\\n  spaced \\n' > .gitignore; printf '!x.o\\nlocal\\n' > a/.gitignore; for f in x.o keep.o root.txt a/root.txt a/x.o a/local a/b/z a/b/local c/deep '#hash' q.tmp q.tmq q.tmr; do w \"$f\" 1; done; mkdir dir; w dir/f 1; git status -s -uall; git status -s --ignored; git check-ignore -v * a/* a/b/*; git check-ignore nope; echo $?; git add x.o; echo $?; git add -f x.o; git status -s -uno; echo 'info' > .git/info/exclude; w info 1; git status -s info; git ls-files -o -i --exclude-standard",
  ],
  [
    'plumbing of trees',
    "mkdir d; w a 1; w d/b 2; git add .; tree=$(git write-tree); echo $tree; com=$(echo msg | git commit-tree $tree); git cat-file -p $com; git cat-file -p $tree; git cat-file -s $tree; git cat-file -e $com; echo $?; git cat-file -e 1234567; echo $?; git update-ref refs/heads/made $com; git log --oneline made; git ls-tree -r -l made; git ls-tree -d made; git ls-tree made d/; git read-tree --prefix=sub/ made; git status -s; git rm -rqf --cached sub; printf 'blob data' | git hash-object --stdin; git hash-object -w a; git cat-file blob $(git hash-object a); echo; printf '%s\\n' $com $tree nope | git cat-file --batch-check; git rev-parse made^{tree} made:d made:d/b; git diff-tree --stat $tree $com; git mktree < /dev/null; git merge-base --is-ancestor made made; echo $?; git show-ref; git show-ref --verify -q refs/heads/made; echo $?; git symbolic-ref HEAD refs/heads/made; git status -s; git rev-parse --is-bare-repository --is-inside-work-tree --show-prefix; git count-objects",
  ],
  [
    'words around diffs',
    'w a "one two three\\nfour\\n\\nfive\\n"; w b "x\\n"; git add .; c -m one; w a "one  two three \\nfour\\nfive\\nsix\\n"; w b "x\\ny"; git diff -w; git diff -b --stat; git diff -U0; git diff --stat=40; git diff --compact-summary; git diff --numstat --shortstat; git diff --raw; git diff --no-prefix b; git diff --check; echo $?; git diff --quiet; echo $?; git diff --exit-code --name-only; echo $?; git diff -R b; git diff HEAD -- b; git diff --no-index a b; echo $?; git diff --src-prefix=o/ --dst-prefix=n/ b; git diff -S six --name-only; git diff -G \'fi.e\' --name-only; git diff --diff-filter=A; git diff --minimal --histogram --stat',
  ],
  [
    'logs in every layout',
    "w a 1; git add a; t; git commit -q -m 'first subject' -m 'Body.' -m \"$(printf 'Signed-off-by: A <a@x>\\nCo-authored-by: B <b@x>')\"; git tag v1; w a 2; c -am 'second'; for f in oneline short medium full fuller reference raw email; do git log --format=$f; done; git log --format='%C(red)%h%Creset %C(auto)%d %s' ; git log --format='%<(12)%s|%>(12)%an|%<(6,trunc)%s|'; git log --format='%h%x09%p%x00' | tr '\\0' '@'; git log --format='%N %G? %m'; git log -1 --format='%ae|%aE|%al|%cn|%f|%e'; git log --pretty=tformat:%h --abbrev=10; git log --abbrev-commit --oneline --decorate=full; git log --pretty=nope; echo $?; git log --format='%h %ad' --date=format:%Y -1; git log --reverse --oneline -1; git log --skip=1 --oneline; git log --oneline -n 0; git log -1 -p --stat --format=%s",
  ],
  [
    'searches of history',
    "w a \"alpha\\nbeta\\n\"; git add a; c -m 'add Alpha'; w a \"alpha\\nbeta\\ngamma\\n\"; c -am 'Fix #12: gamma'; w a \"alpha\\ngamma\\n\"; t; git commit -qam 'drop beta' --author='Bo Li <bo@x>'; w b \"beta\\n\"; git add b; c -m 'beta again'; git log --oneline -S beta; git log --oneline -S beta -- a; git log --oneline -G 'b.ta'; git log --oneline -S 'b.ta' --pickaxe-regex; git log --oneline --grep='#12'; git log --oneline -i --grep=ALPHA; git log --oneline --grep=add --grep=drop; git log --oneline --grep=a --all-match --grep=d; git log --oneline --invert-grep --grep=beta; git log --oneline --author='^Bo'; git log --oneline --committer=Cy -1; git log --oneline -E --grep='(Fix|drop) '; git log --oneline -F --grep='#1'; git log --oneline --author=ann --grep=gamma -i; git log -p -S gamma --oneline; git shortlog -sne HEAD; git blame a; git blame -L2,2 -s a; git blame HEAD~2 -- a",
  ],
  [
    'remotes in a folder',
    'git init -q --bare -b main ../up; w a 1; git add a; c -m one; git remote add origin ../up; git remote -v; git push -u origin main 2>/dev/null; git branch -r; git clone -q ../up ../cl; cd ../cl; git log --oneline; w b 1; git add b; c -m two; git push -q; cd "$OLDPWD"; git fetch -q; git status -sb; git log --oneline ..origin/main; git pull -q; git log --oneline; w c 1; git add c; c -m three; git tag v1; git push -q origin main --tags; git ls-remote ../up | cut -f2; git push -q origin :v1; git ls-remote --tags ../up; git push -q origin main:feature; git branch -r; git fetch -q --prune; git push -q --delete origin feature; git branch -r; git remote rename origin up; git remote; git remote get-url up; git remote set-url up ../nope; git fetch 2>/dev/null; echo $?; git remote remove up; git branch -r; git remote remove up; echo $?',
  ],
  [
    'not and all',
    "w a 1; git add a; c -m base; git checkout -q -b t; w b 1; git add b; c -m t1; git checkout -q main; w m 1; git add m; c -m m1; git tag v1; git log --oneline --branches --not --tags; git log --oneline t --not main; git log --oneline --all --not t --not main; git rev-list --count --all --not t; git log --oneline --not t -- ; git rev-list t main --not --branches=t; git log --oneline --exclude='refs/heads/t' --all; git log --oneline --glob='heads/t*'",
  ],
  [
    'an order of commits',
    "for i in 1 2 3; do w a $i; git add a; c -m c$i; done; git checkout -q -b t HEAD~2; for i in 1 2; do w b $i; git add b; c -m t$i; done; git checkout -q main; t; git merge -q t -m m; git log --oneline; git log --oneline --topo-order; git log --oneline --date-order; git log --oneline --author-date-order; git log --oneline --reverse; git log --oneline --first-parent; git log --graph --oneline --all; git log --oneline --min-parents=2; git log --oneline --max-parents=0; git rev-list --parents HEAD | cut -c1-90 | head -2; git log --format='%h %p %m' --left-right t...main; git log --merges --format='%h %P' | cut -c1-30",
  ],
  [
    'filters of a log by its differences',
    'w a 1; git add a; c -m one; w b 1; git add b; c -m two; w a 2; git rm -q b; c -am three; git mv a c; c -m four; git log --oneline --diff-filter=A; git log --oneline --diff-filter=D --name-only; git log --oneline --diff-filter=M; git log --format=%s --diff-filter=R --name-status; git log -1 --oneline --diff-filter=D; git diff HEAD~3 --diff-filter=AM --name-only',
  ],
  [
    'a file becomes a folder',
    'w x 1; git add .; c -m one; rm x; mkdir x; w x/in 1; git status -s; git add -A; git status -s; c -m two; git show --name-status --format=%s; git checkout -q HEAD~1; cat x; git checkout -q main; ls x; rm -rf x; w x back; git status -s; git add x; git status -s; git commit -qam three; git ls-files',
  ],
  [
    'empty folders',
    'mkdir -p a/b c; w c/f 1; git status -s; git add -A; git status -s; c -m one; git clean -nd; git clean -fdq; ls; mkdir -p e/f; w e/g 1; git clean -n; git clean -fd e; ls -A; rm c/f; git status -s; git checkout -q -- c; ls c; git rm -q c/f; ls',
  ],
  [
    'branches that are taken',
    'w a 1; git add a; c -m one; git branch x; git worktree add -q ../o x; git branch -M main x; echo $?; git branch -f x HEAD; echo $?; git branch -D x; echo $?; git checkout x; echo $?; git switch x; echo $?; git branch -m x y; git -C ../o branch --show-current; git branch -C main y; echo $?; git worktree remove ../o; git branch -d y; git branch -D main; echo $?; git branch -D z z; echo $?',
  ],
  [
    'what is left under way',
    'w a 1; git add a; c -m one; git checkout -q -b t; w a 2; c -am two; git checkout -q main; w a 3; c -am three; git merge -q t; git switch t; echo $?; git commit --amend -m x; echo $?; git stash; echo $?; git rebase t; echo $?; git cherry-pick t; echo $?; git merge t; echo $?; git reset --soft HEAD~1; echo $?; git checkout -f t; git status; git checkout -q main; git cherry-pick t; git merge t; git switch -c n; git revert HEAD; git checkout -q -f main; git status -s; git cherry-pick t; git stash; git reset -q --merge; git status',
  ],
  [
    'folders are renamed',
    'mkdir -p a/b/c; for f in 1 2 3; do w a/b/c/f$f "$f\\n$f\\n$f\\n"; done; git add .; c -m one; git mv a/b z; git status -s; c -m two; git show --stat --format=%s; git show -M --name-status --format=; git mv z/c z/d; git mv z/d/f1 .; git status -s; c -m three; git log --follow --oneline f1; git checkout -q -b t HEAD~2; w a/b/c/f2 "2\\n2\\n2\\nmore\\n"; c -am edit; git checkout -q main; t; git merge t -m m; git ls-files; cat z/d/f2',
  ],
  [
    'restore of every kind',
    "w a 1; w b 1; mkdir d; w d/c 1; git add .; c -m one; w a 2; w d/c 2; git commit -qam two; w a 3; w b 3; git add a; git restore b; git status -s; git restore --staged a; git status -s; git restore .; git status -s; git restore -s HEAD~1 a d; git status -s; git restore -S -W -s HEAD a d; git status -s; git restore -s HEAD~1 -S d/c; git status -s; git restore nope; echo $?; git restore; echo $?; git restore -s nope a; echo $?; rm a; git restore '*'; git status -s; git restore --staged --worktree .; git status -s",
  ],
  [
    'words of rev-parse',
    "w a 1; git add a; c -m one; w a 2; c -am two; git tag -a v1 -m v; mkdir -p d/e; cd d/e; git rev-parse --show-prefix --show-cdup --is-inside-work-tree; git rev-parse --git-dir | sed 's,.*/,,'; cd ../..; git rev-parse --short HEAD; git rev-parse --short=10 HEAD~1; git rev-parse --abbrev-ref HEAD; git rev-parse --symbolic-full-name main; git rev-parse HEAD^{tree} v1^0 HEAD:a :a; git rev-parse HEAD..HEAD~1; git rev-parse ^HEAD; git rev-parse --verify -q nope; echo $?; git rev-parse --all; git rev-parse --branches; git rev-parse HEAD~5; echo $?; git rev-parse @ @~1; git rev-parse --is-shallow-repository",
  ],
  [
    'patches there and back',
    'w a "1\\n2\\n3\\n"; git add a; c -m one; w a "1\\n2x\\n3\\n"; w n new; git add n; git diff HEAD > p; git stash -q -- a; git reset -q --hard; git apply --stat p; git apply --check p; echo $?; git apply p; git status -s; git diff > q; git apply -R q; git status -s; git apply --index p 2>/dev/null; echo $?; rm -f n; git apply --index p; git status -s; t; git commit -qm two; git format-patch -1 --stdout > m; git reset -q --hard HEAD~1; t; git am -q m; git log --format=\'%s %an\'; git am m; echo $?; git am --abort; git status -s',
  ],
  [
    'trees, sizes and objects',
    'mkdir -p d/e; w a 1; w d/b 22; w d/e/c 333; chmod +x a; git add .; c -m one; git ls-tree HEAD; git ls-tree -r HEAD; git ls-tree -rt HEAD; git ls-tree -l HEAD a; git ls-tree -d HEAD; git ls-tree --name-only -r HEAD d; git ls-tree HEAD d/; git ls-tree --full-tree HEAD; cd d; git ls-tree HEAD; git ls-tree --full-name HEAD; git ls-files; git ls-files --full-name; cd ..; git cat-file -t HEAD; git cat-file -s HEAD:a; git cat-file -p HEAD:d; git rev-parse HEAD:d/e/c; git ls-files -t; git ls-files --stage d; git ls-files --error-unmatch nope; echo $?; git ls-tree nope; echo $?',
  ],
]

/** Scripts that are run in both gits, see `git-stories.fixture.ts`: what people type every day, with odd flags. */
export const PORCELAIN_STORIES: readonly (readonly [title: string, script: string])[] = [
  [
    'status of deleted, renamed and typed files',
    `w a 1; w b 2; w c 3; git add .; c -m one; rm a; git rm -q b; git mv c d; ln -s d l; git add l; git status; git status -s; git status --porcelain=v2; git status -sb; git status --no-renames -s; git status -v; git status -uno; git status -z | tr '\\0' '!'`,
  ],
  [
    'status in a folder with paths',
    `mkdir -p x/y; w x/a 1; w x/y/b 2; w top 3; git add .; c -m one; w x/a 2; w x/y/b 3; w top 4; w x/new 1; cd x; git status -s; git status -s .; git status -s y; git status --porcelain; git status --short ../top; git status; git add -u .; git status -s; git add -A ..; git status -s`,
  ],
  [
    'intent to add',
    `w a 1; git add -N a; git status -s; git status; git diff; git diff --cached; git diff --stat; git commit -m x; echo $?; git ls-files -s; git add a; git status -s; git commit -qm y; w b 1; git add -N b; git commit -am z -q; git log --stat --format=%s`,
  ],
  [
    'committing some paths',
    `w a 1; w b 2; git add .; c -m one; w a 11; w b 22; t; git commit -m 'only a' a; git status -s; git show --stat --format=%s; git commit -q -o b -m 'only b'; git log --oneline --name-only; w a 3; git add a; w b 4; t; git commit -q -m 'b alone' b; git status -s; git show --name-status --format=%s; git commit -m nothing nope; echo $?; git commit -q -i a -m both; git show --name-only --format=`,
  ],
  [
    'fixups',
    `w a 1; git add a; c -m one; w a 2; c -am two; w b 1; git add b; t; git commit --fixup HEAD~1; w b 2; git add b; t; git commit -q --squash=HEAD~1 -m more; git log --format=%B; git commit --fixup nope; echo $?; git commit -q --allow-empty --fixup=HEAD; git log -1 --format=%s; git commit --dry-run; echo $?; w c 1; git add c; git commit --dry-run --short; echo $?`,
  ],
  [
    'diffs in numbers',
    `for i in 1 2 3; do seq $i 40 > f$i; done; mkdir -p deep/er/folder/with/a/long/name; seq 90 > deep/er/folder/with/a/long/name/file-with-a-long-name.txt; git add .; c -m one; seq 3 60 > f1; seq 1 2 > f2; rm f3; seq 100 > deep/er/folder/with/a/long/name/file-with-a-long-name.txt; chmod +x f1; git diff --stat; git diff --stat=40; git diff --stat=60,20; git diff --stat --stat-count=2; git diff --numstat; git diff --shortstat; git diff --summary; git diff --stat --summary; git diff --raw; git diff --name-status; git diff --name-only -z | tr '\\0' '!'; git diff --patch-with-stat | head -12; git diff --diff-filter=D --name-only; git diff --diff-filter=d --name-only; git diff --compact-summary; echo $?`,
  ],
  [
    'diffs of renames and copies',
    `seq 30 > a; seq 50 80 > b; git add .; c -m one; git mv a c; seq 31 > c; cp b d; git add .; git diff --cached; git diff --cached -M90%; git diff --cached -M; git diff --cached -C --stat; git diff --cached -C --name-status; git diff --cached --no-renames --stat; git diff --cached -R --stat; git diff --cached --name-status -C50; git -c diff.renames=false diff --cached --name-status; git diff --cached --summary; t; git commit -qm two; git log --follow --oneline c; git log --stat -M --format=%s -1; git log --name-status -C -1 --format=`,
  ],
  [
    'comparing trees',
    `w a 1; git add a; c -m one; git checkout -q -b x; w b 1; git add b; c -m two; git checkout -q main; w c 1; git add c; c -m three; git diff x; git diff x main --stat; git diff x..main --name-only; git diff x...main --name-only; git diff main...x --name-only; git diff --merge-base x --name-only; git diff HEAD:a x:b; git diff HEAD~1 HEAD -- c; git diff HEAD -- nope; git diff nope; echo $?; git diff main x --no-patch; git diff HEAD^!; git diff @~1 @`,
  ],
  [
    'dates',
    `w a 1; git add a; GIT_AUTHOR_DATE='2024-02-29 12:34:56 +0530' GIT_COMMITTER_DATE='1700000000 -0800' git commit -qm one; for d in default iso iso8601 iso-strict rfc rfc2822 short raw unix local iso-local short-local 'format:%Y/%m/%d %H:%M:%S %z %a %b %e %j' 'format-local:%c'; do git log --format='%ad | %cd' --date="$d"; done; git commit -q --amend --no-edit --date='2020-01-01T00:00:00Z'; git log --format=%aI; git commit -q --amend --no-edit --date='Thu, 07 Apr 2005 22:13:13 +0200'; git log --format=%aI; git commit --amend --no-edit --date=nonsense; echo $?; git commit -q --amend --no-edit --date='2005-04-07'; git log --format=%as; git commit -q --amend --no-edit --date='@86400 +0000'; git log --format=%ai`,
  ],
  [
    'decorations',
    `w a 1; git add a; c -m one; git tag v1; git tag -a v2 -m x; git branch b; git update-ref refs/remotes/o/main HEAD; w a 2; c -am two; git log --oneline --decorate; git log --oneline --decorate=full; git log --oneline --decorate=no; git log --format='%h%d' ; git log --format='%D'; git log --decorate --format=short -1; git checkout -q --detach; git log --oneline --decorate; git log --oneline --decorate --no-decorate; git -c log.decorate=short log --oneline; git for-each-ref; git show-ref; git show-ref -d v2; git show-ref --verify refs/heads/b; git show-ref nope; echo $?; git show-ref -s main; git show-ref --head --heads`,
  ],
  [
    'branches renamed, copied and dropped',
    `w a 1; git add a; c -m one; git branch x; git branch -m x y; git branch -c y z; git branch -M z y; git branch; git checkout -q -b w; w a 2; c -am two; git checkout -q main; git branch -d w; echo $?; git branch -D w; git branch -d main; echo $?; git branch -d nope y; echo $?; git branch y; git branch y; echo $?; git branch -f y HEAD; git branch 'bad..name'; echo $?; git branch new nope; echo $?; git branch -m main trunk; git status -sb; git branch -u y; git status -sb; git branch -vv; git branch --unset-upstream; git branch --unset-upstream; echo $?; git branch -t tr y; git config --get-regexp 'branch\\..*'`,
  ],
  [
    'switching',
    `w a 1; git add a; c -m one; git switch -c x; git switch -; git switch -C x HEAD; git switch --detach main; git switch x; git switch nope; echo $?; git switch HEAD; echo $?; git switch --orphan o; git status; git ls-files; git switch -f main; git switch -c main; echo $?; git switch; echo $?; w a 2; git switch x; git switch --discard-changes main; git status -s; git switch -d HEAD~0; git switch -q main; git tag t1; git switch t1; echo $?; git switch --guess x; git switch -c y --no-track main; git switch -m main`,
  ],
  [
    'checking files out',
    `w a 1; w b 1; git add .; c -m one; w a 2; w b 2; c -am two; w a 3; git checkout a; cat a; git checkout HEAD~1 -- a; git status -s; git checkout HEAD -- .; git status -s; w a 9; rm b; git checkout -- a b; git status -s; git checkout nope -- a; echo $?; git checkout -- nope; echo $?; w a 9; git checkout -f; git status -s; git checkout -b n HEAD~1; git checkout -B n main; git checkout --orphan or; git status -s; git checkout -q main; git checkout .; git checkout HEAD~1; git checkout -q -; git checkout -l -b logged; git checkout -t main -b tr; git status -sb; git checkout --detach -q; git checkout main -- a`,
  ],
  [
    'sides of a conflict',
    `w a "1\\n2\\n3\\n"; git add a; c -m one; git checkout -q -b t; w a "1\\nt\\n3\\n"; c -am two; git checkout -q main; w a "1\\nm\\n3\\n"; c -am three; git merge -q t; git checkout --ours a; cat a; git checkout --theirs a; cat a; git checkout -m a; cat a; git checkout --conflict=diff3 a; cat a; git checkout a; echo $?; git restore --ours a; cat a; git restore --staged a; git status -s; git checkout -f; git status -s; git merge t; git show :1:a; git show :2:a; git show :3:a; git ls-files -s; git ls-files -u; git add a; git ls-files -s; git commit -qm m; git log --oneline --graph`,
  ],
  [
    'resetting',
    `for i in 1 2 3 4; do w a $i; git add a; c -m c$i; done; git reset HEAD~1; git status -s; git reset --hard; git reset --soft HEAD~1; git status -s; git commit -qm again; w b 1; git add b; w a 9; git reset --keep HEAD~1; echo $?; git reset --merge HEAD~1; echo $?; git status -s; git reset -- b; git status -s; git reset HEAD a; git reset -q; git reset nope; echo $?; git reset --hard nope; echo $?; git reset --hard ORIG_HEAD; git log --oneline; git reset --soft; git reset --mixed HEAD~1 -q; git reflog; git reset --hard HEAD@{1}; git reset HEAD~1 -- a; git status -s; git reset --soft HEAD~1 -- a; echo $?`,
  ],
  [
    'removing and moving',
    `mkdir -p d/e; w a 1; w b 2; w d/c 3; w d/e/f 4; git add .; c -m one; git rm -n a; git rm a; git rm -q --cached b; git status -s; git rm -r d/e; ls d; w d/c x; git rm d/c; echo $?; git rm -f d/c; git rm --ignore-unmatch nope; git rm; echo $?; git reset -q --hard; git mv a z; git mv -n z y; git mv -v z y; git mv y d; git mv d g; git status -s; git mv nope x; echo $?; git mv b g/c; echo $?; git mv -f b g/c; git mv -k nope g; git status -s; w u 1; git mv u v; echo $?; git rm 'g/*'; git status -s`,
  ],
  [
    'cleaning',
    `w a 1; w .gitignore '*.o\\nout/\\n'; git add .; c -m one; w x 1; w y.o 1; mkdir -p d/e out; w d/e/f 1; w out/g 1; git clean; echo $?; git clean -n; git clean -nd; git clean -ndx; git clean -ndX; git clean -f x; git clean -fq; git clean -fd; git status -s --ignored; git clean -fX; git status -s --ignored; git clean -fdx; git status -s --ignored; w q 1; w r 1; git clean -f -e q; ls; git clean -nd nope; git -c clean.requireForce=false clean; mkdir -p n; (cd n; git init -q; touch z); git clean -fd; ls`,
  ],
  [
    'files of the index',
    `mkdir d; w a 1; w d/b 2; w 'sp ace' 3; w ü 4; git add .; c -m one; rm a; w d/b 3; w new 1; git ls-files; git ls-files -s; git ls-files -m; git ls-files -d; git ls-files -o; git ls-files -c -o; git ls-files -z | tr '\\0' '!'; git ls-files d; git ls-files 'd/*'; git ls-files --error-unmatch nope; echo $?; git ls-files -t; git ls-files --full-name; cd d; git ls-files; git ls-files --full-name; git ls-files ..; cd ..; git -c core.quotepath=false ls-files; git ls-files --abbrev -s; git ls-files -v; git ls-files --deduplicate -m -d; git ls-files -- ':!d'; git ls-files ':(icase)A'; git ls-files -x 'n*' -o`,
  ],
  [
    'trees',
    `mkdir -p d/e; w a 1; w d/b 2; w d/e/c 3; git add .; c -m one; git ls-tree HEAD; git ls-tree -r HEAD; git ls-tree -r -t HEAD; git ls-tree -d HEAD; git ls-tree HEAD d; git ls-tree HEAD d/; git ls-tree -l HEAD; git ls-tree --name-only -r HEAD; git ls-tree --object-only HEAD; git ls-tree --abbrev HEAD; git ls-tree -z HEAD | tr '\\0' '!'; git ls-tree HEAD:d; git ls-tree HEAD nope; git ls-tree nope; echo $?; cd d; git ls-tree HEAD; git ls-tree --full-tree HEAD; git ls-tree --full-name HEAD; git ls-tree -r HEAD e; cd ..; git ls-tree --format='%(objectmode) %(objecttype) %(objectname) %(path) %(objectsize)' HEAD; git cat-file -p HEAD:d; git cat-file -t HEAD:d; git cat-file -s HEAD:a; git cat-file blob HEAD:a; git cat-file -e HEAD:nope; echo $?; printf 'HEAD\\nHEAD:a\\nnope\\n' | git cat-file --batch-check; echo HEAD:a | git cat-file --batch; echo 'HEAD:a x' | git cat-file --batch-check='%(objecttype) %(objectsize) %(rest)'; git cat-file --batch-all-objects --batch-check`,
  ],
  [
    'settings',
    `git config user.x y; git config --get user.x; git config nope.x; echo $?; git config --get-all user.x; git config --add user.x z; git config user.x; git config --get-all user.x; git config user.x w; echo $?; git config --replace-all user.x w; git config --unset user.x; git config --unset user.x; echo $?; git config --list --local; git config --get-regexp '^core'; git config --bool core.bare; git config --int a.b 1k; git config --type=int a.b; git config --int a.b; git config --type=bool --get a.c; echo $?; git config --default d --get a.d; git config --rename-section a q; git config --remove-section q; git config --remove-section q; echo $?; git config 'sec.Sub Sec.key' v; git config --get 'sec.Sub Sec.key'; cat .git/config | tail -3; git config bad; echo $?; git config --list --show-origin | tail -1; git config --show-scope --get core.bare; git config -f other.cfg x.y z; cat other.cfg; git config --name-only --list | head -3; git config -l -z | tr '\\0' '!' | head -3; git -c a.b=c config a.b; git config --global me.x y; git config --global --list; git config 1bad.k v; echo $?; git config sec.bad_key v; echo $?`,
  ],
  [
    'aliases and global options',
    `w a 1; git add a; c -m one; git config alias.st 'status -s'; git config alias.l 'log --oneline'; git config alias.sh '!echo shell "$1"; pwd #'; git config alias.q "log --format='%s %an'"; git st; git l; git sh x; git q; mkdir d; cd d; git st; git sh; cd ..; git -C d rev-parse --show-prefix; git --git-dir=.git log --oneline; git -c alias.z=branch z; git --no-pager log --oneline; git -p log --oneline; git --version; git version; git nope; echo $?; git -c core.abbrev=10 log --oneline; git --bare rev-parse --is-bare-repository; git --work-tree=. status -s; git --zzz; echo $?; GIT_DIR=.git git log --oneline; git --literal-pathspecs ls-files 'a*'; git config alias.loop loop; git loop; echo $?; git --exec-path >/dev/null; git help nope >/dev/null 2>&1; echo ok`,
  ],
  [
    'merges with trouble',
    `w a "1\\n2\\n3\\n4\\n5\\n"; w b 1; git add .; c -m one; git checkout -q -b t; w a "1t\\n2\\n3\\n4\\n5\\n"; git rm -q b; w d t; git add .; c -m two; git checkout -q main; w a "1m\\n2\\n3\\n4\\n5\\n"; w b 2; w d m; git add .; c -m three; git merge t; git status; git status -s; git diff --name-only --diff-filter=U; cat a d; git merge --abort; git status -s; git merge -X ours t; git status -s; git merge --abort; git merge -X theirs t -q; cat a; git merge --abort; git merge t -m 'my message' >/dev/null; git rm -q b; git add .; git commit --no-edit; git log -1 --format=%B; git show --stat --format=%s; git merge-base main~1 t; git merge-base --all main t; git merge-base --is-ancestor t main; echo $?; git log --merge; echo $?`,
  ],
  [
    'unrelated histories',
    `w a 1; git add a; c -m one; git checkout -q --orphan o; git rm -rfq .; w b 1; git add b; c -m other; git merge main; echo $?; t; git merge --allow-unrelated-histories main -m joined; git log --oneline --graph; ls; git log --format=%p -1; git merge-base HEAD~1 main; git merge-base o~1 main; echo $?; git log --max-parents=0 --oneline; git rev-list --count HEAD; git diff main o --stat; git branch --merged`,
  ],
  [
    'picks of several',
    `w a 1; git add a; c -m base; git checkout -q -b t; for i in 1 2 3 4; do w f$i $i; git add .; c -m "t$i"; done; git checkout -q main; t; git cherry-pick t~3 t~1; git log --oneline; git cherry-pick t~1..t; git log --format='%s'; git cherry-pick t; echo $?; git status | head -3; git cherry-pick --skip; git cherry-pick --abort; echo $?; git cherry-pick -n t~2; git status -s; git commit -qm manual; git cherry-pick --allow-empty --keep-redundant-commits t; git log -1 --format=%s; git revert --no-edit HEAD~1 HEAD~3; git log --format=%s -2; git revert -n HEAD~1; git status -s; git revert --abort; git reset -q --hard; git revert nope; echo $?; git cherry-pick; echo $?; git cherry-pick --ff t; git cherry-pick -x --signoff t~2; git log -1 --format=%B`,
  ],
  [
    'picks with conflicts',
    `w a "1\\n2\\n3\\n"; git add a; c -m base; git checkout -q -b t; w a "1\\nt\\n3\\n"; c -am t1; w b 1; git add b; c -m t2; git checkout -q main; w a "1\\nm\\n3\\n"; c -am m1; git cherry-pick main..t; git status; git status -s; git diff; w a "1\\nmt\\n3\\n"; git add a; git status; GIT_EDITOR=true git cherry-pick --continue; git log --format='%s %an %cn'; git revert --no-edit HEAD~2; echo $?; git status; git revert --quit; git status -s; git checkout -f -q; git revert HEAD~1 --no-edit; git revert --skip; git log --oneline | wc -l; git cherry-pick t~1 -X theirs; git cherry-pick --quit; git reset -q --hard; git cherry-pick -m 1 t; echo $?`,
  ],
  [
    'the log of refs',
    `w a 1; git add a; c -m one; w a 2; c -am two; git checkout -q -b x; w a 3; c -am three; git checkout -q main; git merge -q x; git reset -q --hard HEAD~1; git reflog; git reflog show x; git reflog HEAD@{2}; git reflog -2; git log -g --oneline -2; git reflog --format='%gd %gs %h'; git reflog exists HEAD; echo $?; git reflog exists refs/heads/nope; echo $?; git rev-parse HEAD@{1} main@{1} @{-1}; git show -s --format=%s @{1}; git checkout -q @{-1}; git branch --show-current; git log -1 --format=%s 'HEAD@{3}'; git rev-parse HEAD@{99}; echo $?; git reflog --date=iso -1; git reflog delete HEAD@{0}; git reflog expire --expire=now --all; git reflog; git reflog nope; echo $?`,
  ],
  [
    'magic of paths',
    `mkdir -p a/b c; w a/x.ts 1; w a/b/y.ts 1; w c/z.js 1; w t.TS 1; git add .; c -m one; for f in a/x.ts a/b/y.ts c/z.js t.TS; do w $f 2; done; git status -s -- '*.ts'; git diff --name-only -- 'a/*.ts'; git diff --name-only -- ':(glob)a/*.ts'; git diff --name-only -- ':(icase)*.ts'; git diff --name-only -- ':!a'; git diff --name-only -- . ':(exclude)*.js'; cd a; git diff --name-only -- :/; git diff --name-only -- ':(top)c'; git diff --name-only --relative; git add ':/c'; cd ..; git status -s; git diff --name-only -- ':(literal)*.ts'; git diff --name-only -- ':(nope)x'; echo $?; git log --oneline -- ':(glob)**/y.ts'; git ls-files ':(glob)**/*.ts'; git ls-files 'a/?.ts' '[ct]*'; git checkout -- ':(glob)a/**'; git status -s; git rm --cached -q 'a/**'; git status -s; git diff --cached --name-only -- ''; echo $?`,
  ],
  [
    'showing things',
    `mkdir d; w d/a 1; w b 1; git add .; c -m 'one' ; git tag -a t -m tag; w b 2; c -am two; git show; git show HEAD~1; git show HEAD:b; git show HEAD:d; git show t; git show --stat t; git show HEAD HEAD~1 --oneline; git show --format=%s -s HEAD~1..HEAD; git show -q; git show --no-patch --format=raw; git show --name-only --format= ; git show HEAD -- b; git show :b; git show HEAD^{tree}; git show nope; echo $?; git show HEAD:nope; echo $?; git show --raw --abbrev=4 --oneline; git show --numstat --format=%h; git show main:b; git show -U0 --format=; git show --pretty=short --summary HEAD~1; git show --color=always --format=%s; git show 4b825dc642cb6eb9a060e54bf8d69288fbee4904`,
  ],
  [
    'odd names',
    `w 'sp ace' 1; w 'tab	x' 1; w 'ü' 1; w "quo'te" 1; w 'dq"x' 1; w -- 2>/dev/null; git add .; c -m one; git ls-files; git ls-files -z | tr '\\0' '!'; for f in 'sp ace' 'tab	x' 'ü' 'dq"x'; do w "$f" 2; done; git status -s; git status --porcelain; git diff --name-only; git diff --stat; git diff; git -c core.quotePath=false status -s; git -c core.quotePath=off diff --name-only; git mv 'sp ace' 'other name'; git status; git status -s; git diff --cached --name-status; git add -A; t; git commit -m two; git show --stat; git grep -n 2 | head -3; git log --name-only --format=; git rm -q 'ü'; git status -s`,
  ],
  [
    'picks and reverts that stopped',
    [
      'for i in 1 2 3 4; do w f "$i\\n"; w "g$i" "x\\n"; git add .; c -m "c$i"; done; git branch y; git checkout -q -b x HEAD~2',
      'echo dirty >> g1; git checkout -q -; git revert --no-edit HEAD~3..HEAD; git status; git cherry-pick x y; git revert --continue',
      'git checkout -q .; git revert --continue; git status -sb; git reset -q --hard y',
      'git cherry-pick y~1..y; git status; git revert --continue; git revert --skip; git cherry-pick --abort; git status -s',
      'git revert --no-edit HEAD; git revert -n HEAD; git commit --amend --no-edit; git status -s; git revert --abort; git reset -q --hard',
      'git reset -q --hard $(git rev-list --max-parents=0 HEAD); git revert -n HEAD; w new 1; git commit --amend -m none; git status -s',
    ].join('\n'),
  ],
  [
    'a stash of what is staged, and staged again',
    [
      "w a '1\\n2\\n3\\n4\\n5\\n6\\n7\\n8\\n9\\n'; w b 'b\\n'; git add .; c -m one",
      'echo n >> a; git add a; echo more >> b; git stash push -S; git reflog --format=%gs; git status -s; git checkout -q b; git stash pop --index; git status -s; git reflog --format=%gs',
      'git stash -q; echo zz >> a; git add a; git stash pop --index; git status -s; git reset -q --hard',
      'sed -i 1s/1/one/ a; git commit -qam two; git stash pop --index; git diff --cached; git status -s; git reset -q --hard',
      'git rm -q b; git stash -q; echo x >> b; git add b; git stash apply --index; git status -s; git stash apply; git status -s',
    ].join('\n'),
  ],
  [
    'differences of paths with conflicts',
    [
      "w a '1\\n2\\n'; w b 'b\\n'; git add .; c -m one; git checkout -q -b x; git rm -q b; echo t >> a; ln -s p l; git add l; git commit -qam X",
      'git checkout -q -; echo m >> b; echo u >> a; ln -s q l; git add l; git commit -qam M; git merge x',
      'git diff; echo more >> b; git diff; git diff -- b; chmod +x b; git diff b; git diff --stat; git diff --name-status',
      'git checkout -q --ours a; git diff a; chmod +x a; git diff a; rm a; git diff a; rm b; git diff',
    ].join('\n'),
  ],
  [
    'blank lines that are ignored',
    [
      "seq 30 > f; git add f; c -m one; sed -i -e '3G' -e '5s/$/x/' -e '12G' -e '20s/$/y/;20G' -e '24G' -e '29G' f",
      'git diff --ignore-blank-lines; git diff --ignore-blank-lines -U1; git diff --ignore-blank-lines -U6; git diff -w --ignore-blank-lines',
      "sed -i -e '8s/^/ /' -e '2i \\ ' f; git diff --ignore-blank-lines; git diff -w --ignore-blank-lines; git checkout -q f; sed -i '9G' f; git diff --ignore-blank-lines; sed -i '1i \\ ' f; git diff --ignore-blank-lines",
    ].join('\n'),
  ],
  [
    'names after options of rev-parse, unknown orders of tags, a branch of a stash',
    [
      "w f '1\\n'; w g '1\\n'; git add .; c -m one; git rev-parse HEAD --short main; git rev-parse --short HEAD main; git rev-parse HEAD --verify main; git rev-parse HEAD --short",
      'git tag --sort=nosuch; git branch --sort=nosuch; git -c tag.sort=nosuch tag',
      'echo a >> f; git stash push -q -- f; echo b >> g; git stash branch s; git status -s',
      'echo n > n; git add -N n; rm n; git status -s; git status; git status --porcelain=v2',
    ].join('\n'),
  ],
]

const HOOK = `hook() { printf '#!/bin/sh\\n%s\\n' "$2" > .git/hooks/$1; chmod +x .git/hooks/$1; }
all() { for h in pre-commit prepare-commit-msg commit-msg post-commit post-checkout post-merge pre-merge-commit pre-rebase pre-push applypatch-msg pre-applypatch post-applypatch; do hook $h 'echo "'$h' ($*) $GIT_EDITOR $GIT_REFLOG_ACTION" >> ../hooks.log'; done
  hook post-rewrite 'echo "post-rewrite ($*)" >> ../hooks.log; cat >> ../hooks.log'; hook pre-push 'echo "pre-push ($*)" >> ../hooks.log; cat >> ../hooks.log'; }
told() { cat ../hooks.log; rm -f ../hooks.log; }
`
const story = (title: string, script: string): readonly [string, string] => [title, HOOK + script]

/** Stories of hooks, told in both gits: title, script. */
export const HOOK_STORIES: readonly (readonly [title: string, script: string])[] = [
  story(
    'hooks of a commit run in order, and with what they are told',
    "w a 1; git add a; all; c -m one; told; w a 2; c -am two; told; c --amend --no-edit; told; w b 1; git add b; EDITOR=true git commit; echo $?; EDITOR='echo x >' git commit; told; c -n --allow-empty -m plain; told; c --allow-empty -C HEAD~1; told; mkdir d; cd d; hook() { :; }; c --allow-empty -m inner; cd ..; told; git log --format='%h %s'",
  ),
  story(
    'a hook that fails stops the commit, and nothing was changed',
    "w a 1; git add a; c -m one; hook pre-commit 'echo no; exit 3'; w a 2; c -am two; echo $?; git status -s; w b 1; git add b; c -m b; echo $?; git status -s; c -nm b; hook pre-commit 'exit 0'; hook commit-msg 'grep -q ok $1 || { echo bad; exit 1; }'; c -am three; echo $?; git status -s; c -am ok; rm .git/hooks/commit-msg; hook prepare-commit-msg 'exit 2'; c --allow-empty -nm x; echo $?; git log --oneline; cat .git/COMMIT_EDITMSG",
  ),
  story(
    'hooks change message and what is committed',
    "w a 1; w b 1; git add .; c -m one; hook prepare-commit-msg 'echo prepared >> $1'; hook commit-msg \"sed -i 's/^/> /' \\$1\"; hook pre-commit 'echo more > made; git add made; git diff --cached --name-only'; c --allow-empty -m two; git show --stat --format=%B; w a 2; w b 2; hook pre-commit 'git diff --cached --name-only >> ../seen; echo n > new; git add new'; c -m part a; git show --name-only --format=%B; git status -s; w a 3; c -am all; git show --name-only --format=; git status -s; cat ../seen; hook commit-msg ': > $1'; c --allow-empty -m gone; echo $?",
  ),
  story(
    'hooks of a merge',
    "w a 1; git add a; c -m one; git checkout -q -b f; w f 1; git add f; c -m f; git checkout -q main; all; git merge -q f; told; git reset -q --hard HEAD~1; w m 1; git add m; c -qm m; told; t; git merge f; told; git log -1 --format=%s; git reset -q --hard HEAD~1; git merge -q --no-verify -m mm f; told; git reset -q --hard HEAD~1; git merge --squash f; told; git reset -q --hard; hook pre-merge-commit 'exit 1'; git merge f; echo $?; git status -s; git log -1 --format=%s; t; git commit -q --no-edit; git log -1 --format='%s %p' | cut -c1-20; git reset -q --hard HEAD~1; rm .git/hooks/pre-merge-commit; hook commit-msg 'echo more >> $1'; git merge -q f; git log -1 --format=%B; told",
  ),
  story(
    'a hook after a checkout',
    "w a 1; git add a; c -m one; all; git checkout -q -b f; told; git switch -q main; told; git switch -q -; w a 2; git checkout -q a; told; w a 2; git restore a; told; git checkout -q HEAD~0; told; git checkout -q main; git switch -q -c g; told; git checkout --orphan o; told; git checkout -qf main; hook post-checkout 'exit 3'; git checkout -q f; echo $?; git branch --show-current; git switch -q main; echo $?; git restore a; echo $?",
  ),
  story(
    'hooks of a push',
    'git init -q --bare ../r.git; w a 1; git add a; c -m one; git remote add o ../r.git; all; git push -q o main; told; git push -q o main; told; git tag v1; git push -q o v1 main:x; told; git push -q o :x; told; git push -q ../r.git main:y; told; git push -q --no-verify o main:z; cat ../hooks.log; hook pre-push "echo no; exit 1"; git push o main:w; echo $?; git ls-remote o | cut -f2; git push -q --dry-run o main:w; echo $?',
  ),
  story(
    'hooks of a rebase and of picks',
    "w z 0; git add z; c -m zero; git branch base; for i in 1 2 3 4 5; do w f$i $i; git add .; c -m c$i; done; git checkout -q base; w b b; git add b; c -m b; git checkout -q main; all; git rebase -q base; told | sed 's/([0-9a-f]* /(/'; git reflog -4 --format=%gs; GIT_EDITOR=true GIT_SEQUENCE_EDITOR=\"sed -i '1s/pick/reword/;2s/pick/fixup/;3s/pick/squash/;5s/pick/drop/'\" git rebase -qi base~0; told; git log --format=%s; t; git cherry-pick ORIG_HEAD; told; t; git revert --no-edit HEAD; told; hook pre-rebase 'exit 1'; git rebase -f base; echo $?; git rebase -qf --no-verify base; echo $?; git log --oneline; told; hook prepare-commit-msg 'exit 1'; git cherry-pick ORIG_HEAD~1; echo $?",
  ),
  story(
    'a rebase that stopped tells what became of its commits',
    'w f 0; git add f; c -m zero; git branch base; w f 1; c -am c1; w g 1; git add g; c -m c2; git checkout -q base; w f b; c -am b; git checkout -q main; all; git rebase -q base; told; w f 1; git add f; t; GIT_EDITOR=true git rebase --continue; told; git log --format=%s; git reset -q --hard HEAD~1; w g 2; git add g; c -qm other; git cherry-pick ORIG_HEAD; echo $?; w g 3; git add g; rm ../hooks.log; t; GIT_EDITOR=true git cherry-pick --continue; told',
  ),
  story(
    'hooks of mails',
    "w a 1; git add a; c -m one; w a 2; c -am two; git format-patch -1 --stdout > ../p; git reset -q --hard HEAD~1; all; t; git am -q ../p; told; git log --format=%s; git reset -q --hard HEAD~1; hook applypatch-msg 'sed -i \"s/two/three/\" $1'; git am ../p; told; git log --format=%s; git reset -q --hard HEAD~1; hook pre-applypatch 'exit 1'; git am ../p; echo $?; git status -s; git am --abort; git status -s; rm .git/hooks/pre-applypatch; git am -q ../p; echo $?; told; git reset -q --hard HEAD~1; hook applypatch-msg 'exit 1'; git am ../p; echo $?",
  ),
  story(
    'what is not executable is not run, and settings of the command line reach hooks',
    "w a 1; git add a; printf '#!/bin/sh\\nexit 1\\n' > .git/hooks/pre-commit; c -m one; echo $?; hook post-commit 'git config x.y; git rev-parse --show-prefix --git-dir; echo $0; pwd | sed s,.*/,,' ; git -c x.y=5 commit -qm two --allow-empty 2>&1; chmod -x .git/hooks/post-commit; c -m three --allow-empty; git config core.hooksPath none; c -m four --allow-empty; git log --format=%s; hook post-commit 'echo hi'; git config core.hooksPath .git/hooks; git commit -qm five --allow-empty 2>&1; git -c core.hooksPath=/dev/null commit -qm six --allow-empty 2>&1; hook pre-commit 'exec cat'; echo in | git commit -qm seven --allow-empty; git commit -qam nothing; echo $?",
  ),
]

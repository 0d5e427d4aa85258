/** Scripts of two repositories that are run in both gits. `c` commits a minute later, `w FILE TEXT` writes; `up.git` is a bare one with `main`. */
export const REMOTE_STORIES: readonly (readonly [title: string, script: string])[] = [
  [
    'remotes by name',
    'git remote add up ../x.git; git remote; git remote -v; git remote add up y; echo $?; git remote get-url up; git remote set-url up https://example.com/a.git; git remote -v; git remote set-url --push up /p; git remote -v; git remote get-url --push up; git remote set-url --add up /q; git remote -v; git remote rename up other; git remote -v; cat .git/config; git remote rm other; git remote; git remote rm other; echo $?; git remote get-url no; echo $?; cat .git/config',
  ],
  [
    'a clone of a folder',
    'git clone up.git a; cd a; git status; git log --oneline --decorate --all; git branch -avv; git remote -v; cat .git/config; git for-each-ref; git reflog; cat f; git tag; git symbolic-ref refs/remotes/origin/HEAD',
  ],
  [
    'a clone into a folder that is not empty',
    'mkdir full; w full/x 1; git clone up.git full; echo $?; cat full/x; git clone no.git; echo $?; git clone 2>/dev/null; echo $?; git clone -q up.git q; ls q',
  ],
  [
    'bare, of one branch, of a tag, without files',
    'git clone --bare up.git b.git; cat b.git/config; git -C b.git for-each-ref; git clone -q -b side up.git s; git -C s status -sb; git clone --single-branch up.git one; git -C one branch -a; cat one/.git/config; git -C one tag; git clone -b v1 up.git t; git -C t status; git clone -n up.git n; ls n; git -C n status -s; git clone -o upstream -q up.git o; git -C o remote -v; git -C o branch -a; git clone -b none up.git z; echo $?; ls',
  ],
  [
    'an empty repository',
    'git init -q --bare e.git; git clone e.git e; echo $?; cat e/.git/config; git -C e status; cd e; w a 1; git add a; c -m one; git push; echo $?; git push origin HEAD; git status -sb; git -C ../e.git log --oneline main master',
  ],
  [
    'a fetch',
    'git clone -q up.git a; git clone -q up.git b; cd a; w f 2; c -am two; git push; cd ../b; git fetch; cat .git/FETCH_HEAD; git status; git status -sb; git branch -vv; git log --oneline --all --decorate; git fetch; cat .git/FETCH_HEAD; git fetch -v; git fetch origin main; cat .git/FETCH_HEAD; git reflog origin/main; git fetch ../up.git; cat .git/FETCH_HEAD; git fetch origin nothing; echo $?',
  ],
  [
    'new branches and tags are fetched',
    'git clone -q up.git a; git clone -q up.git b; cd a; git switch -qc topic/x; w g 1; git add g; c -m g; t; git tag -a v2 -m two; git tag light; git push -q origin topic/x v2 light main:other; git push -q origin v2:refs/odd/x; cd ../b; git fetch; git for-each-ref; git fetch origin refs/odd/x:refs/odd/y; git fetch --tags; git fetch -n; cat .git/FETCH_HEAD',
  ],
  [
    'prune',
    'git clone -q up.git a; git clone -q up.git b; git -C a push origin :side; git -C a push origin --delete side; echo $?; cd b; git fetch; git remote show origin; git remote prune -n origin; git remote prune origin; git fetch --prune; git branch -a; git -C ../a push -q origin main:again main:more; git fetch -q; git -C ../a push origin -d again more; git fetch -p; git branch -r',
  ],
  [
    'a push that is not forward',
    'git clone -q up.git a; git clone -q up.git b; cd a; w f 2; c -am two; git push -q; cd ../b; w f 3; c -am three; git push; echo $?; git fetch -q; git push; echo $?; git push origin main; git push origin main:side; echo $?; git push -f; git log --oneline --decorate -1; cd ../a; git fetch; git status; git push --force-with-lease; echo $?; git branch -vv',
  ],
  [
    'a push with a lease',
    'git clone -q up.git a; git clone -q up.git b; cd a; w f 2; c -am two; git push -q; cd ../b; w f 3; c -am three; git push --force-with-lease; echo $?; git fetch -q; git push --force-with-lease=main:origin/main~1; echo $?; git push --force-with-lease; git push --force-with-lease=x: origin main:x; git push --force-with-lease=x: origin main~1:x; echo $?',
  ],
  [
    'where a push goes',
    'git clone -q up.git a; cd a; git switch -qc new; git push; echo $?; git push -u origin new; git status -sb; git push; git push --porcelain; git push -v; w f 5; c -am five; git push --porcelain; git push origin HEAD:refs/heads/elsewhere; git push origin new:fresh; git push origin HEAD~1:what; echo $?; git push origin nothing; echo $?; git checkout -q --detach; git push; echo $?; git push origin HEAD:det; echo $?; git push origin HEAD; echo $?; git push nowhere; echo $?; git push --dry-run origin new~1:dry; git branch -r',
  ],
  [
    'tags are pushed',
    'git clone -q up.git a; cd a; t; git tag -a v5 -m five; git tag l5; git push --tags; git push --tags; git tag -f l5 side2 2>/dev/null; git tag -f l5 v1; git push origin l5; echo $?; git push origin tag l5; git push -f origin l5; git push origin :l5; git push --follow-tags; git push origin --delete tag v5; git ls-remote --tags; git ls-remote origin; git ls-remote --heads .; git ls-remote -q . "v*"; git ls-remote --exit-code . none; echo $?',
  ],
  [
    'several branches and all',
    'git clone -q up.git a; cd a; git branch x; git branch y; git push --all; git push origin x:z y:side; git push --atomic origin x:zz side:main; echo $?; git push origin x y; git push origin "refs/heads/*:refs/heads/w/*"; git push origin :x :y :none; echo $?; git push --mirror; echo $?; git ls-remote . | wc -l',
  ],
  [
    'a push into what is checked out',
    'git clone -q up.git a; git clone -q a b; cd b; w f 9; c -am nine; git push; echo $?; git push origin main:fine; git -C ../a branch; git -C ../a config receive.denyCurrentBranch ignore; git push; git -C ../a status -s; git -C ../a log --oneline -1; git push origin :main; echo $?; git -C ../up.git config receive.denyNonFastForwards true; git push -f ../up.git main~1:main; echo $?; git push ../up.git main; git push -f ../up.git main~1:main; echo $?',
  ],
  [
    'a pull that goes forward',
    'git clone -q up.git a; git clone -q up.git b; cd a; w f 2; c -am two; git push -q; cd ../b; git pull; git reflog; git pull; git pull -q; git -C ../a commit -q --allow-empty -m three; git -C ../a push -q; git pull --ff-only; git -C ../a commit -q --allow-empty -m four; git -C ../a push -q; git pull origin main; git reflog -n 2; git -C ../a commit -q --allow-empty -m five; git -C ../a push -q; git pull --rebase; git log --oneline',
  ],
  [
    'a pull of what went apart',
    'git clone -q up.git a; git clone -q up.git b; cd a; w f 2; c -am two; git push -q; cd ../b; w g 3; git add g; c -m three; git pull; echo $?; git pull --ff-only; echo $?; t; git pull --no-rebase; echo $?; git log --format="%s %p" -3; git reflog -n 2 --format=%gs; git reset -q --hard HEAD^; t; git pull --rebase; git log --format="%s %an %cd"; git reflog -n 4; git status -sb; git pull --rebase',
  ],
  [
    'a pull with a conflict',
    'git clone -q up.git a; git clone -q up.git b; cd a; w f 2; c -am two; git push -q; cd ../b; w f 3; c -am three; git pull --no-rebase; echo $?; cat f; git status -s; git pull; echo $?; git merge --abort; git switch -qc other; git pull; echo $?; git pull origin; echo $?; t; git pull --no-rebase -X ours origin main; git log -1 --format=%B; git checkout -q --detach; git pull; echo $?',
  ],
  [
    'a pull over local changes',
    'git clone -q up.git a; git clone -q up.git b; cd a; w f 2; c -am two; git push -q; cd ../b; w f 9; git pull; echo $?; git pull --rebase; echo $?; git checkout -q f; w n 1; git -C ../a pull -q; git pull; git status -s; git pull nowhere main; echo $?',
  ],
  [
    'a remote is shown',
    'git clone -q up.git a; cd a; git remote show origin; git remote show; git remote show -n origin; git branch -q local; git push -q -u origin local; w f 7; c -am seven; git remote show origin; git remote set-head origin side; git branch -r; git remote set-head origin -a; git remote set-head origin -d; git branch -r; git remote set-branches origin main; git config --get-all remote.origin.fetch; git remote show none; echo $?',
  ],
  [
    'a history of limited depth',
    'git clone -q up.git a; cd a; w f 2; c -am two; w f 3; c -am three; git push -q; cd ..; git clone --depth 1 "file://$PWD/up.git" s; cd s; git log --oneline; git branch -a; cat .git/shallow; git rev-parse --is-shallow-repository; git fetch -q --depth 2; git log --oneline; git fetch -q --unshallow; git log --oneline; ls .git/shallow 2>/dev/null; w f 4; c -am four; git push; git -C ../up.git log --oneline; cd ..; git clone --depth 1 up.git l; git -C l log --oneline | wc -l',
  ],
  [
    'what a branch follows',
    'git clone -q up.git a; cd a; git switch side; git status -sb; git branch -vv; git branch --unset-upstream; git branch -u origin/main; git branch -vv; git checkout -q -b t origin/side; git branch -vv; git rev-parse --abbrev-ref @{u}; git log --oneline @{u}..; git remote rename origin up; git branch -vv; git config --get-regexp branch; git remote rm up; git branch -avv',
  ],
  [
    'several remotes',
    'git clone -q up.git a; git clone -q --bare up.git two.git; cd a; git remote add -f two ../two.git; git remote; git fetch --all; git fetch --multiple origin two; git -C ../two.git branch extra main; git fetch two; git switch extra; git remote update; git config remotes.both "origin two"; git fetch both; git branch -a; git fetch; git fetch -q two main:mine; git branch; git fetch two main:extra; echo $?; git fetch . main:mine; git fetch two +extra:mine',
  ],
  [
    'an archive',
    `cd first; mkdir -p d/e; w d/e/g 2; w x 3; chmod +x x; ln -s f l; long=$(printf "%0120d" 1); mkdir $long; w $long/file 4; git add .; c -m more; git archive HEAD | od -An -c; git archive --prefix=p/ HEAD d | od -An -c; git archive v1 | od -An -c | head; git archive HEAD^{tree} x l > t.tar; od -An -c t.tar | head -n 4; git archive -o o.tar HEAD:d; wc -c < o.tar; git archive -l; git archive no; echo $?; git archive HEAD nothing; echo $?; git archive --format=rar HEAD; echo $?; git archive 2>/dev/null; echo $?; git archive --format=tgz HEAD d | gzip -dc | od -An -c | head -n 60; cd d; git archive HEAD | od -An -c | head -n 80`,
  ],
  [
    'a zip of a tree',
    'cd first; mkdir d; w d/g 22; w x 3; chmod +x x; ln -s f l; git add .; c -m more; git archive -o ../z.zip --prefix=p/ HEAD; cd ..; unzip -Z1 z.zip; unzip -q z.zip; ls -l p | cut -c1-10; cat p/d/g; readlink p/l',
  ],
  [
    'what an agent does with a fork',
    'git clone -q up.git fork; cd fork; git remote add upstream ../first; git fetch upstream; git switch -c fix; w f fixed; c -am fix; git push -u origin fix; git log --oneline origin/main..fix; git diff --stat origin/main...fix; git branch -r --contains HEAD; git switch main; git merge fix; git status; git push; git branch -d fix; git push origin --delete fix; git fetch --prune; git branch -avv; git remote -v; git config --get-regexp "^(remote|branch)"',
  ],
  [
    'what is ahead and what is behind',
    'git clone -q up.git a; git clone -q up.git b; cd a; w f 2; c -am two; w f 3; c -am three; git push -q; cd ../b; w g 1; git add g; c -m g; git fetch -q; git status; git status -sb; git branch -vv; git rev-list --left-right --count main...@{u}; git log --oneline main..origin/main; git log --oneline @{u}..; git diff --name-status main origin/main; git switch -q -c local --track main; git status; git branch -vv; git merge-base main origin/main; git cherry -v origin/main; git show --stat --oneline origin/main; git rev-parse --abbrev-ref main@{upstream}; git for-each-ref --format="%(refname:short) %(upstream:short) %(upstream:track)" refs/heads',
  ],
  [
    'a branch of the other side that is gone, and one that was rewritten',
    'git clone -q up.git a; git clone -q up.git b; cd a; git switch -qc x; w f x; c -am x; git push -qu origin x; cd ../b; git fetch; git switch x; cd ../a; t; git commit -q --amend -m y; git push -q -f; git push origin :side; cd ../b; git fetch -p; git status; git branch -vv; git pull --rebase; echo $?; git reset -q --hard @{u}; git status -sb; git -C ../a push -q origin -d x; git fetch -p; git status; git branch -vv; git pull; echo $?; git push; echo $?',
  ],
  [
    'tags that differ',
    'git clone -q up.git a; git clone -q up.git b; cd a; git tag -f v0 side^{} 2>/dev/null; w f 2; c -am two; git tag -f v0; git push -q -f origin main v0; cd ../b; git fetch; git fetch --tags; echo $?; git fetch --tags -f; git tag -l; git push origin v0; git push origin v0:refs/tags/v9 v1; git fetch origin tag v9; git ls-remote --tags --refs origin; git ls-remote --symref origin HEAD; git ls-remote --sort=-v:refname --tags origin "v*"',
  ],
]

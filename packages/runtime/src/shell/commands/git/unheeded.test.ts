import { expect, it } from 'vitest'
import { ourOutcome } from '../../../../../testkit/src/agreement/our-batch'
import { tryShell } from '../../../../../testkit/src/shell-lab'
import { gitCommand } from './git'

it('says what is not read instead of passing over it', async () => {
  const script =
    'git init -q -b main; printf "* text=auto\\n" > .gitattributes; git add -n .; printf "*.c ident\\n" > .gitattributes; git add -n .'
  const { err } = await tryShell({ script, commands: [gitCommand] })
  expect(err).toBe('warning: .gitattributes is not heeded in this sandbox\n')
})

it('says which hooks are not run', async () => {
  const script =
    'git init -q -b main; for h in reference-transaction pre-auto-gc update; do echo exit 1 > .git/hooks/$h; done; git add -n .; chmod +x .git/hooks/*; git add -n .; git status -s'
  const { err } = await ourOutcome({ script, files: {} })
  expect(err).toBe('warning: hooks are not run in this sandbox: pre-auto-gc, reference-transaction\n')
})

const refused = (where: string): RegExp =>
  new RegExp(`^fatal: hook .*${where}.* not run in this sandbox.*core\\.hooksPath=/dev/null does without hooks\n$`)
const begun =
  'export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@b; mkdir -p /workspace; cd /workspace; git init -q -b main; '

it.each([
  [
    'of another folder',
    'mkdir .husky; echo exit 0 > .husky/pre-commit; chmod +x .husky/pre-commit; git config core.hooksPath .husky',
    'core.hooksPath',
  ],
  ['that is a link', 'echo exit 0 > h; chmod +x h; ln -s ../../h .git/hooks/post-commit', 'post-commit'],
  [
    'of a folder that is a link',
    'mkdir h; echo exit 0 > h/commit-msg; chmod +x h/commit-msg; rm -r .git/hooks; ln -s ../h .git/hooks',
    'commit-msg',
  ],
  [
    'outside of the workspace',
    'cd /tmp; git init -q r; cd r; echo exit 0 > .git/hooks/pre-commit; chmod +x .git/hooks/pre-commit',
    'pre-commit',
  ],
])('refuses by name to commit past a hook %s', async (_, script, where) => {
  const { out, err } = await ourOutcome({
    script: `${begun}${script}; git commit -qm one --allow-empty; echo $?; git rev-parse -q --verify HEAD; git -c core.hooksPath=/dev/null commit -qm one --allow-empty; echo $?; git log --format=%s`,
    files: {},
  })
  expect(out).toBe('128\n0\none\n')
  expect(err).toMatch(refused(where))
})

it('refuses to push past the hooks of a folder', async () => {
  const { out, err } = await ourOutcome({
    script: `${begun}git init -q --bare r.git; echo exit 1 > r.git/hooks/update; git commit -qm one --allow-empty; git push -q r.git main; chmod +x r.git/hooks/update; git push -q r.git main:x; echo $?; git ls-remote r.git | cut -f2`,
    files: {},
  })
  expect(out).toBe('128\nrefs/heads/main\n')
  expect(err).toBe("fatal: hook 'update' of the other repository is not run in this sandbox, and it may refuse what is pushed\n")
})

import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { realShell, tryShell } from '../../../../../testkit/src/shell-lab'
import { archiveCommands } from '../archive'
import { fileCommands } from '../files'
import { textCommands } from '../text'
import { gitCommand } from './git'
import { REMOTE_STORIES } from './remote-stories.fixture'

const version = spawnSync('git', ['--version']).stdout?.toString() ?? ''
const isThere = version.includes('2.39.')
if (!isThere) console.log(`skipped: these stories compare with git 2.39, this machine has ${version.trim() || 'none'}`)

const PREAMBLE = `exec 2>&1
export GIT_AUTHOR_NAME=Ann GIT_AUTHOR_EMAIL=ann@example.com GIT_COMMITTER_NAME=Cy GIT_COMMITTER_EMAIL=cy@example.com GIT_CONFIG_NOSYSTEM=1
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=init.defaultBranch GIT_CONFIG_VALUE_0=main
n=1700000000
t() { n=$((n+60)); export GIT_AUTHOR_DATE="@$n +0100" GIT_COMMITTER_DATE="@$n +0100"; }
c() { t; git commit -q "$@"; }
w() { printf "$2" > "$1"; }
t
git init -q first; cd first; w f 1; git add f; c -m one; git branch side; t; git tag v0; git tag -a v1 -m v; cd ..
git clone -q --bare first up.git; git -C up.git remote rm origin; mkdir top; git init -q top/own
`

describe.skipIf(!isThere)('git with two repositories', () => {
  for (const [title, script] of REMOTE_STORIES) {
    it(`does as git 2.39 does, standard error included: ${title}`, async () => {
      const trial = {
        script: `${PREAMBLE}${title === 'remotes by name' ? 'cd top/own; ' : ''}${script}`,
        commands: [gitCommand, ...archiveCommands, ...fileCommands, ...textCommands],
      }
      const ours = await tryShell(trial)
      const real = realShell(trial)
      expect(ours.out + ours.err).toEqual(real.out + real.err)
      expect(ours.code).toBe(real.code)
    }, 30_000)
  }
})

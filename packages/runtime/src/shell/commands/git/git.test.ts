import { spawnSync } from 'node:child_process'
import { beforeAll, describe, expect, it } from 'vitest'
import { ourOutcome } from '../../../../../testkit/src/agreement/our-batch'
import { realOutcomes } from '../../../../../testkit/src/agreement/real-batch'
import type { Outcome } from '../../../../../testkit/src/command-lab'
import { EVERYDAY_STORIES } from './git-everyday-stories.fixture'
import { HISTORY_STORIES } from './git-history-stories.fixture'
import { HOOK_STORIES } from './git-hook-stories.fixture'
import { MESSAGE_STORIES } from './git-message-stories.fixture'
import { PATCH_STORIES } from './git-patch-stories.fixture'
import { PLUMBING_STORIES } from './git-plumbing-stories.fixture'
import { PORCELAIN_STORIES } from './git-porcelain-stories.fixture'
import { STORIES } from './git-stories.fixture'
import { UNDERWAY_STORIES } from './git-underway-stories.fixture'

const version = spawnSync('git', ['--version']).stdout?.toString() ?? ''
const isThere = version.includes('2.39.')
if (!isThere) console.log(`skipped: these stories compare with git 2.39, this machine has ${version.trim() || 'none'}`)

const PREAMBLE = `export GIT_AUTHOR_NAME=Ann GIT_AUTHOR_EMAIL=ann@example.com GIT_COMMITTER_NAME=Cy GIT_COMMITTER_EMAIL=cy@example.com GIT_CONFIG_NOSYSTEM=1
n=1700000000
t() { n=$((n+60)); export GIT_AUTHOR_DATE="@$n +0100" GIT_COMMITTER_DATE="@$n +0100"; }
c() { t; git commit -q "$@"; }
w() { printf "$2" > "$1"; }
t
git init -q -b main
`
const ALL = [
  ...STORIES,
  ...PORCELAIN_STORIES,
  ...HISTORY_STORIES,
  ...EVERYDAY_STORIES,
  ...UNDERWAY_STORIES,
  ...PATCH_STORIES,
  ...HOOK_STORIES,
  ...MESSAGE_STORIES,
  ...PLUMBING_STORIES,
]
const trials = ALL.map(([, script]) => ({ script: `${PREAMBLE}${script}`, files: {} }))
const seen = ({ out, code, err }: Outcome): object => ({ out, code, complains: err !== '' })

describe.skipIf(!isThere)('git', () => {
  let real: readonly Outcome[] = []
  beforeAll(async () => {
    real = await realOutcomes(trials)
  }, 600_000)

  for (const [i, [title]] of ALL.entries())
    it(`does as git 2.39 does: ${title}`, async () => {
      const [trial, theirs] = [trials[i], real[i]]
      if (trial === undefined || theirs === undefined) throw new Error(`nothing came of ${title}`)
      const ours = await ourOutcome(trial)
      expect(seen(ours), ours.err).toEqual(seen(theirs))
    }, 20_000)
})

import { expect, it } from 'vitest'
import { expectAgreement, tryShell } from '../../../../../testkit/src/shell-lab'
import { fileCommands } from '../files'
import { textCommands } from '../text'
import { versionControlCommands } from '../version-control'

const commands = [...textCommands, ...fileCommands, ...versionControlCommands]
const START = `export HOME=$PWD GIT_AUTHOR_DATE=2024-05-01T10:00:00Z GIT_COMMITTER_DATE=2024-05-01T10:00:00Z GIT_PAGER=cat
git init -q -b main app; cd app; git config user.name Ada; git config user.email ada@example.com
printf 'one\\ntwo\\nthree\\n' > list.txt; git add .; git commit -qm first
`

it('[F61] the same file in two work trees: the merge shows the conflict, and nothing of either is lost', async () => {
  const script = `${START}git worktree add -q -b side ../side 2>/dev/null
printf 'one\\nTWO of main\\nthree\\n' > list.txt; git commit -qam here
cd ../side; printf 'one\\nTWO of side\\nthree\\n' > list.txt; git commit -qam there; cd ../app
git merge side; echo "exit $?"; cat list.txt; git show main:list.txt; git show side:list.txt; cat ../side/list.txt`
  await expectAgreement({ script, commands })
  const { out } = await tryShell({ script, commands })
  expect(out).toContain('CONFLICT (content)')
  expect(out).toContain('<<<<<<< HEAD\nTWO of main\n=======\nTWO of side\n>>>>>>> side\n')
})

it('[F61] a work tree with changes is not removed, unless that was said', async () => {
  const script = `${START}git worktree add -q -b side ../side 2>/dev/null
echo more >> ../side/list.txt; git worktree remove ../side; echo "exit $?"; cat ../side/list.txt
git worktree remove --force ../side; echo "exit $?"; ls ..; git worktree list | wc -l; git branch`
  await expectAgreement({ script, commands })
})

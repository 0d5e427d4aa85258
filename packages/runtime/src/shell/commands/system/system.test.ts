import { expect, it } from 'vitest'
import { tryCommand } from '../../../../../testkit/src/command-lab'
import { compareWithReal } from '../../../../../testkit/src/command-table'
import { systemCommands } from '../system'
import { textCommands } from '../text'

const ALL = [...systemCommands, ...textCommands]

compareWithReal('running others', ALL, [
  'env -i A=1 B=2', 'env -i A=1 env B=2', 'env -i - A=1', 'env -u HOME -u PATH -u LANG', 'env -i A=1 printenv A', 'env -i A=1 printenv B', 'env -0 -i A=1', 'env -S "-i A=1 B=2"', 'env -iS "A=b c=d"', 'env -C missing cat', 'env -C / -i', 'env nosuchtool', 'env -i A=1 sh -Z',
  'printenv HOME', 'printenv NOTHING', 'printenv HOME LANG', 'printenv -0 HOME', 'env --bad', 'env -u A=B cat',
  'timeout 5 true', 'timeout 5 false', 'timeout 0.1 sleep 5', 'timeout --preserve-status 0.1 sleep 5', 'timeout x true', 'timeout', 'timeout 1', 'timeout -s NOPE 1 true', 'timeout 5 nosuchtool', 'timeout -k 1 0.1 sleep 5', 'timeout 0 true', 'timeout 1m true', 'timeout -v 0.1 sleep 5',
  'sleep 0', 'sleep 0.01 0.01s', 'sleep x', 'sleep', 'sleep 1 x', 'sleep -- 0m', 'stdbuf -oL true', 'stdbuf true', 'stdbuf -oX true', 'stdbuf', 'uname', 'uname -s', 'uname -so', 'uname x', 'whoami x', 'tty', 'tty -s',
].filter((line) => !line.includes('sh -Z')).map((line) => ({ line, stdin: '' }))) // prettier-ignore

it('tells one user, by name and by number', async () => {
  const told = async (...argv: readonly string[]): Promise<string> => (await tryCommand(ALL, { argv })).out
  expect(await told('id')).toBe('uid=1000(user) gid=1000(user) groups=1000(user)\n')
  expect(await told('id', '-un')).toBe('user\n')
  expect(await told('id', '-u')).toBe('1000\n')
  expect(await told('whoami')).toBe('user\n')
})

it('ends with the code of the signal that a command was killed by', async () => {
  expect((await tryCommand(ALL, { argv: ['timeout', '-s', 'KILL', '0.05', 'sleep', '5'] })).code).toBe(137)
})

import { answer, text, tool } from '@tabwright/testkit'
import { card, expect, startSession, test } from './fixtures'

const TESTS = `import unittest, pathlib
class Sums(unittest.TestCase):
    def test_sum(self):
        import tries
        pathlib.Path('said.txt').write_text('by Python')
        self.assertEqual(sum([1, 2, 3]), 6)
`

/** What a program may try to get out with; each gives a line "<name> <what happened>". */
const TRIES = `import js, urllib.request, socket, subprocess
from pyodide.code import run_js
def attempt(name, work):
    try:
        work()
        print(name, 'REACHED')
    except BaseException as error:
        print(name, 'stopped')
def request():
    x = js.XMLHttpRequest.new()
    x.open('GET', URL, False)
    x.send()
attempt('urllib', lambda: urllib.request.urlopen(URL))
attempt('socket', lambda: socket.create_connection(('127.0.0.1', PORT), 1))
attempt('xhr', request)
attempt('script', lambda: run_js("importScripts('" + URL + "')"))
attempt('process', lambda: subprocess.run(['curl', URL]))
attempt('storage', lambda: run_js("indexedDB.open('tabwright')"))
`

test('Python runs the tests of a project, writes its files and gets out no way', async ({ page, relay, model }) => {
  // The interpreter is loaded and unpacked here, which takes long where others want the machine.
  test.setTimeout(120_000)
  const url = new URL(relay.url)
  const command = 'python3 -m unittest -v 2>&1; cat said.txt'
  model.setScript([
    answer([
      tool('write_file', { path: 'test_sums.py', content: TESTS }),
      tool('write_file', { path: 'tries.py', content: `URL = '${url.href}'\nPORT = ${url.port}\n${TRIES}` }),
      tool('shell', { command, timeout_ms: 110_000 }),
    ]),
    answer([text('Tried.')]),
  ])
  await startSession(page, relay.url, 'run the tests')
  await card(page).getByRole('button', { name: 'Allow once' }).click()
  await expect(page.getByRole('log')).toContainText('Tried.', { timeout: 110_000 })
  const said: string = JSON.parse(model.requests[1]?.body ?? '{}').messages.at(-1).content[2].content
  expect(said).toContain('Ran 1 test')
  expect(said).toMatch(/^OK$/m)
  expect(said).toContain('by Python')
  expect(
    said
      .split('\n')
      .filter((line) => / (REACHED|stopped)$/.test(line))
      .map((line) => line.split(' ').slice(-2).join(' ')),
  ).toEqual(['urllib', 'socket', 'xhr', 'script', 'process', 'storage'].map((name) => `${name} stopped`))
  // How far the loading is is for whoever looks on.
  expect(said).not.toContain('Loading Python')
})

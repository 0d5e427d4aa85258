import { FailureError, sessionId, type LeaseId } from '@tabwright/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { frameTexts, pythonPack } from '../../../../../testkit/src/frame-bundles'
import { openThreadFrame } from '../../../../../testkit/src/thread-frame'
import { openWorkspace } from '../../../workspace/workspace'
import { embeddedHands } from '../embedded-hands'

const { signal } = new AbortController()
let asked = 0
const hands = embeddedHands({
  openFrame: () => Promise.resolve(openThreadFrame()),
  bundles: frameTexts,
  python: async (progress) => {
    asked += 1
    if (asked === 1) throw new FailureError({ code: 'unavailable', message: 'Python could not be loaded: the cable is out.' })
    progress(0, 2_000_000)
    progress(1_000_000, 2_000_000)
    progress(2_000_000, 2_000_000)
    return pythonPack()
  },
})
const workspace = openWorkspace({ entries: [], now: () => 1, loadBlob: () => Promise.reject(new Error('nothing is stored')) })
let lease: LeaseId
// The first that wants it makes it.
beforeAll(async () => {
  await pythonPack()
  lease = await hands.provision(sessionId('python'), signal)
}, 600_000)
afterAll(() => hands.release(lease))

async function shell(command: string, shown: string[] = []): Promise<string> {
  const files = workspace.draft()
  const run = { signal, files, output: (_stream: string, text: string) => void shown.push(text) }
  const { text, exitCode } = await hands.execute(lease, 'shell', { command, timeoutMs: 100_000 }, run)
  workspace.adopt(files.delta())
  return `${text}[${exitCode}]`
}

describe('Python in the embedded hands', { timeout: 120_000 }, () => {
  it('says why it could not be loaded, and is loaded by the next command that wants it, for whoever looks on with a bar', async () => {
    expect(await shell('python3 -c 1')).toBe('python3: Python could not be loaded: the cable is out.\n[127]')
    const shown: string[] = []
    expect(await shell('python3 -c "print(1 + 1)"', shown)).toBe('2\n[0]')
    expect(shown.join('')).toContain('\rLoading Python, 2 MB, once [##########          ] 50 %')
    await shell('python3 -c 1')
    expect(asked).toBe(2)
  })

  it('reads and writes the files of the session', async () => {
    const code = 'import os; os.mkdir("made"); open("made/by.txt", "w").write(open("seed").read() * 2)'
    expect(await shell(`echo seed > seed; python3 -c '${code}'; cat made/by.txt`)).toBe('seed\nseed\n[0]')
    expect(workspace.list().map(({ path }) => path)).toContain('made/by.txt')
    expect(await shell('touch t; python3 -c "open(str(1), str(chr(119))).close()"; stat -c %a t 1')).toBe('644\n644\n[0]')
  })

  it('refuses by name what only a real machine has', async () => {
    const said = await shell(
      'for m in http.server venv; do python3 -m $m; done; python3 -i; python3 -c "import os; os.system(str())"; pip download x',
    )
    for (const words of [
      'serving (http.server) is not in this sandbox',
      'environments (venv) are not in this sandbox',
      'the option -i is not in this sandbox',
      'starting a process (os.system) is not in this sandbox',
      'pip download is not in this sandbox',
    ])
      expect(said).toContain(words)
  })

  it('installs a wheel that lies in the project, where PYTHONPATH finds it', async () => {
    const made = `mkdir -p w/greet-1.0.dist-info; echo 'def hi(): return "hi"' > w/greet.py
printf 'Metadata-Version: 2.1\\nName: greet\\nVersion: 1.0\\n' > w/greet-1.0.dist-info/METADATA
(cd w && zip -qr ../greet-1.0-py3-none-any.whl .)`
    const used = 'pip install -q -t vendor ./greet-1.0-py3-none-any.whl && PYTHONPATH=vendor python3 -c "import greet; print(greet.hi())"'
    expect(await shell(`${made}\n${used}`)).toBe('hi\n[0]')
    expect(await shell('pip install other')).toContain('No matching distribution found for other: nothing is downloaded in this sandbox.')
  })

  it('is ended by a signal in the middle of a loop', async () => {
    expect(await shell(`timeout 1 python3 -c 'while True: pass'; echo $?`)).toBe('124\n[0]')
  })
})

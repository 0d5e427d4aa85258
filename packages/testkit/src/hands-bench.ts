import type { Hands, HandsResult, LeaseId, Workspace } from '@tabwright/protocol'

/** A place to run commands in and the files it works on, both fresh. */
export interface HandsBench {
  readonly hands: Hands
  readonly workspace: Workspace
}

export interface Bench extends HandsBench {
  readonly lease: LeaseId
}

interface Ran extends HandsResult {
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command and makes its changes current, as the loop does once they are durable. */
export async function shell(
  bench: Bench,
  command: string,
  { signal, onOutput, ...limits }: { cwd?: string; timeoutMs?: number; signal?: AbortSignal; onOutput?: () => void } = {},
): Promise<Ran> {
  const files = bench.workspace.draft()
  const said = { stdout: '', stderr: '' }
  const result = await bench.hands.execute(
    bench.lease,
    'shell',
    { command, ...limits },
    {
      signal: signal ?? new AbortController().signal,
      files,
      output: (stream, text) => {
        said[stream] += text
        onOutput?.()
      },
    },
  )
  bench.workspace.adopt(files.delta())
  return { ...result, ...said }
}

export function put(bench: Bench, files: Readonly<Record<string, string | null>>): void {
  const draft = bench.workspace.draft()
  for (const [path, text] of Object.entries(files)) {
    if (text === null) draft.remove(path)
    else draft.write(path, new TextEncoder().encode(text))
  }
  bench.workspace.adopt(draft.delta())
}

export const paths = (bench: Bench): string[] => bench.workspace.list().map((entry) => entry.path)
export const text = async (bench: Bench, path: string): Promise<string> => new TextDecoder().decode(await bench.workspace.read(path))

import { FailureError, isJsonObject, leaseId, type Hands, type HandsResult, type Json, type Run } from '@tabwright/protocol'

/** What a scripted command does: exit code, output, file changes through `run.files`. */
export type FakeCommand = (command: string, run: Run, input: Json) => Promise<Partial<HandsResult>> | Partial<HandsResult>

/** Hands that run a function instead of a shell and count what really ran. */
export function fakeHands(run: FakeCommand = () => ({})): Hands & { readonly ran: string[]; readonly released: () => number } {
  const ran: string[] = []
  let released = 0
  return {
    name: 'fake',
    tools: [],
    caps: 'A scripted shell.',
    ran,
    released: () => released,
    provision: async (session) => leaseId(`lease-${session}`),
    release: async () => void released++,
    execute: async (_lease, _name, input, context) => {
      const asked = isJsonObject(input) ? input['command'] : undefined
      const command = typeof asked === 'string' ? asked : ''
      ran.push(command)
      if (context.signal.aborted) throw new FailureError({ code: 'aborted', message: 'stopped' })
      return { exitCode: 0, text: '', cwd: '/workspace', ...(await run(command, context, input)) }
    },
  }
}

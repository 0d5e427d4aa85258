import { joined, textOf } from '../../text'
import type { Tool } from '../text/tool'

/** Asks on standard error and reads a line of the answer; no answer is a no. */
export async function ask(tool: Pick<Tool, 'call' | 'out'>, question: string): Promise<boolean> {
  const { call, out } = tool
  await out.flush()
  await call.stderr.write(`${call.name}: ${question}`)
  const parts: Uint8Array[] = []
  for (let part = await call.stdin.read(1); part !== undefined && part[0] !== 0x0a; part = await call.stdin.read(1)) parts.push(part)
  return /^[yY]/.test(textOf(joined(parts)))
}

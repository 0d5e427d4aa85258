import type { Coproc } from 'unbash'
import { NotImplemented } from '../../commands/command'
import { Pipe } from '../../streams/pipe'
import { PipeEnd } from '../../streams/open-file'
import { addJob } from './background'
import type { Executor } from './executor'
import type { ChildOf } from './pipeline'

/** `coproc NAME { … }`: a job with a pipe to it and one from it. */
export async function runCoproc(executor: Executor, node: Coproc, childOf: ChildOf): Promise<void> {
  const { body } = node
  if (body.type === 'CompoundList') throw new NotImplemented('this coproc')
  const name = node.name?.text ?? 'COPROC'
  const [to, from] = [new Pipe(), new Pipe()]
  const [input, writer] = [new PipeEnd(to, 'read'), new PipeEnd(to, 'write')]
  const [reader, output] = [new PipeEnd(from, 'read'), new PipeEnd(from, 'write')]
  const text = executor.textAt(node.pos, node.end)
  const child = executor.spawn({
    title: text,
    isBackground: true,
    files: new Map([
      [0, input],
      [1, output],
    ]),
    body: childOf(body),
  })
  input.release()
  output.release()
  const items = new Map<number, string>()
  for (const [i, file] of [reader, writer].entries()) {
    let free = 63
    while (executor.process.files.has(free)) free -= 1
    executor.process.files.set(free, file)
    items.set(i, String(free))
  }
  executor.state.vars.assignValue(name, { type: 'list', items })
  executor.state.vars.assign(`${name}_PID`, String(child.pid))
  addJob(executor, text, [child])
  await executor.settle(0)
}

export {
  startModelServer,
  type ModelServer,
  type ModelServerOptions,
  type Script,
  type ServedModel,
  type ServedRequest,
} from './model-server/server'
export {
  answer,
  drop,
  errorEvent,
  event,
  hold,
  htmlPage,
  httpError,
  ping,
  rawBlock,
  rawTool,
  stream,
  text,
  thinking,
  tool,
  type AnswerOptions,
  type Hold,
  type Reply,
  type ScriptBlock,
  type Step,
} from './model-server/reply'
export { asksSummary, summary, summaryInstructions } from './model-server/compaction'
export { lintRequest, rawMember, withoutMarkers, type LintOptions, type WireProblem } from './wire-linter'
export { asEvents } from './as-events'
export { fakeHands, type FakeCommand } from './fake-hands'
export { outline, story, type Story, type StoryOptions } from './story'
export { stories } from './stories'
export { askedBy, ownFacts, plays, resultOf, task } from './sub-agents'
export { gitServer, type GitServer, type GitServerOptions } from './git-server'
export { fakeClock, type FakeClock } from './fake-clock'
export { fakeHash } from './fake-hash'
export type { LogBench } from './log-bench'
export { logContract } from './log-contract'
export { memoryLog, type MemoryLog } from './memory-log'
export { fullDisk, type FullDisk } from './full-disk'
export { keptHandle, memoryDisk, type MemoryDisk } from './memory-disk'
export { CONTAINER_CALL, containerCalls, containerPage, type ContainerPage } from './container-page'
export { machineContainer, type MachineContainer } from './machine-container'

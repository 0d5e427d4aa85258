export { startModelServer, type ModelServer, type ModelServerOptions, type Script, type ServedModel, type ServedRequest } from './model-server/server'
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
export { lintRequest, type LintOptions, type WireProblem } from './wire-linter'

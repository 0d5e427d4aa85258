export type { Bill, CallContent, Cleared, Content, ImageContent, TextContent, ThinkingContent, UnknownContent, Usage } from './content'
export { fail, FailureError, failureOf, type Failure, type FailureCode } from './failure'
export type { HistoryPoint, PointChange, Restored, RestoreAsk, RestoreOptions, RestorePlan } from './history'
export {
  agentId,
  blobHash,
  callId,
  digestOf,
  leaseId,
  MAIN_AGENT,
  sessionId,
  traceId,
  ulid,
  type AgentId,
  type BlobHash,
  type CallId,
  type Digest,
  type LeaseId,
  type SessionId,
  type TraceId,
} from './ids'
export { canonicalJson, isJsonObject, type Json, type JsonObject } from './json'
export { parseSealedEvents, parseStoredEvent, type StoredEvent } from './migrate'
export { parseModelInfo } from './model-info'
export { assertNever } from './never'
export { ruleText, type Decision, type Rule, type RuleEffect, type RulePattern, type Verdict } from './permission'
export { DEMO_MODEL_ID } from './ports'
export type {
  Answer,
  ChosenModel,
  Claim,
  Clock,
  Effort,
  Commit,
  EventLog,
  FileEntry,
  Hands,
  HandsResult,
  Hash,
  Inbox,
  InboxMessage,
  InboxAnswer,
  InboxRow,
  Model,
  ModelEvent,
  ModelInfo,
  PathChange,
  Random,
  Rewind,
  Run,
  Snapshot,
  SnapshotStore,
  WireRow,
  WhenLong,
  WireStore,
  WriteOptions,
  Workspace,
  WorkspaceDelta,
  WorkspaceDraft,
  WorkspaceReader,
} from './ports'
export type { Progress, ProgressItem, ProgressLine, ProgressStep, ProgressTotals } from './progress'
export type {
  AgentRow,
  Approval,
  CallRow,
  Compacting,
  CompactionRow,
  CallState,
  FileReview,
  NoticeRow,
  Provider,
  RelayState,
  Row,
  SessionRow,
  SessionCost,
  SessionScreen,
  SessionStatus,
  UnknownCall,
  UserRow,
  WindowMeter,
} from './screen'
export type {
  ChangedBy,
  CompactionEnd,
  CompactionWay,
  Draft,
  FileChange,
  Resolution,
  SessionEvent,
  SessionEventMap,
  SessionEventType,
  TurnStop,
} from './session-event'
export type { EffectClass, Outcome, OutcomeDetail, ToolSpec } from './tool'
export { LOG_FORMAT } from './version'

import { describePart } from '../../../testkit/src/agreement/list-floors'

describePart('git')

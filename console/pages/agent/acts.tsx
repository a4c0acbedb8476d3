import type { Agent } from '@orrery/api/agent.ts'
import { ActDialog } from '../../actions/act-dialog.tsx'
import { refOf } from '../../paths.ts'
import { count } from '../../words/quantity.ts'
import { ChangeAgent } from './change.tsx'
import { modeWords } from './words.ts'

export type AgentActName = 'change' | 'off' | 'on' | 'delete'
type AgentActProps = { act: AgentActName; agent: Agent; onClose: () => void; onGone: () => void }

export function AgentAct({ act, agent, onClose, onGone }: AgentActProps) {
  switch (act) {
    case 'change':
      return <ChangeAgent agent={agent} onClose={onClose} />
    case 'off':
      return (
        <ActDialog
          title={`Turn ${agent.name} off`}
          operation="agentUpdate"
          input={{ ref: refOf(agent), body: { enabled: false } }}
          verb="Turn off"
          danger
          doing={`turn agent ${agent.name} off`}
          changes={[{ what: 'State', before: agent.state, after: 'off' }]}
          says="Its plans that nobody carried out yet are refused. What waits goes to the active policy."
          onClose={onClose}
        />
      )
    case 'on':
      return (
        <ActDialog
          title={agent.state === 'fenced' ? `Let ${agent.name} in again` : `Turn ${agent.name} on`}
          operation="agentUpdate"
          input={{ ref: refOf(agent), body: { enabled: true } }}
          verb={agent.state === 'fenced' ? 'Let in' : 'Turn on'}
          doing={`turn agent ${agent.name} on`}
          changes={[{ what: 'State', before: agent.state, after: 'absent, until it is heard' }]}
          says={`It was ${agent.fencedReason === null ? 'turned off.' : `fenced: ${agent.fencedReason}`} In the mode ${agent.mode} ${modeWords[agent.mode]}.`}
          onClose={onClose}
        />
      )
    case 'delete':
      return (
        <ActDialog
          title={`Delete ${agent.name}`}
          operation="agentDelete"
          input={{ ref: refOf(agent) }}
          verb="Delete"
          doing={`delete agent ${agent.name}`}
          typeName={agent.name}
          changes={[{ what: 'Agent', before: count(agent.turnCount, 'turn'), after: 'gone, with its turns' }]}
          onClose={onClose}
          onDone={onGone}
        />
      )
  }
}

export function HaltAgents({ agents, onClose }: { agents: readonly Agent[]; onClose: () => void }) {
  return (
    <ActDialog
      title="Turn every agent off"
      operation="agentHalt"
      input={{ body: {} }}
      verb="Turn all off"
      danger
      doing="turn every agent off"
      changes={agents
        .filter((agent) => agent.enabled)
        .map((agent) => ({ what: agent.name, before: agent.state, after: 'off' }))}
      says="Their plans that nobody carried out yet are refused. What waits goes to the active policy."
      onClose={onClose}
    />
  )
}

import type { ReactNode } from 'react';
import { useCallback, useEffect } from 'react';
import type { CommandId } from '../../shared/commands.ts';
import { errorLine } from '../../shared/errors.ts';
import type { Carrier } from '../connect/carrier.ts';
import { host } from '../connect/host.ts';
import { GraphPane } from '../graph/graph-pane.tsx';
import { useTexts } from '../i18n/language.ts';
import { stageTexts } from '../i18n/stages.ts';
import { windowTexts } from '../i18n/window.ts';
import type { CenterTab, SideTab } from '../state/app.ts';
import { useApp } from '../state/app.ts';
import { useAtom } from '../state/atom.ts';
import { connect, openGiven } from '../state/connection.ts';
import { Split } from '../widgets/split.tsx';
import { Tabs } from '../widgets/tabs.tsx';
import { AboutDialog } from './about-dialog.tsx';
import { commandOf } from './commands.ts';
import { CoverageView } from './coverage-view.tsx';
import { FilePicker } from './file-picker.tsx';
import { FindingsView } from './findings/findings-view.tsx';
import { useFindings } from './findings/use-findings.ts';
import { HelpDialog } from './help-dialog.tsx';
import { InputsView } from './inputs/inputs-view.tsx';
import { differingInputs } from './inputs/differing-inputs.ts';
import { ModulesList } from './modules-list.tsx';
import { NodePane } from './node/node-pane.tsx';
import { NodesList } from './nodes-list.tsx';
import { OutputsView } from './outputs/outputs-view.tsx';
import { differingHeads } from './outputs/heads.ts';
import { Palette } from './palette.tsx';
import { performer } from './perform.ts';
import { picking } from './picking.ts';
import { Profile } from './profile.tsx';
import { RunPanel } from './run-panel.tsx';
import { shownGraph } from './shown-graph.ts';
import { SitesList } from './sites-list.tsx';
import { StartPage } from './start-page.tsx';
import { StatusBar } from './status-bar.tsx';
import { TensorTable } from './tensor-table.tsx';
import { TopBar } from './top-bar.tsx';
import { VerdictBar } from './verdict-bar.tsx';

/** The whole window: verdict on top; sites, profile over graph, node; the run at the bottom. */
export function AppShell({ carrier }: { readonly carrier: Carrier }): ReactNode {
  const app = useApp();
  const model = useAtom(app.model);
  const { shown } = useAtom(app.run);
  const overlay = useAtom(app.overlay);
  const picked = useAtom(picking);
  const perform = useCallback((command: CommandId) => performer(app, carrier)(command), [app, carrier]);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const command = commandOf(event);
      if (command === undefined) return;
      event.preventDefault();
      perform(command);
    };
    window.addEventListener('keydown', press);
    const stop = host?.onCommand(perform);
    return () => {
      window.removeEventListener('keydown', press);
      stop?.();
    };
  }, [perform]);
  const isEmpty = model === undefined && shown.report === undefined;
  return (
    <div
      className="shell"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        const paths = [...event.dataTransfer.files].map((file) => host?.pathForFile(file) ?? '');
        void openGiven(
          app,
          paths.filter((path) => path !== ''),
        );
      }}
    >
      <TopBar perform={perform} />
      <Problems carrier={carrier} />
      {isEmpty ? <StartPage /> : <Workspace />}
      <StatusBar />
      <Notice />
      {overlay === 'palette' ? <Palette perform={perform} /> : null}
      {overlay === 'run' ? <RunPanel /> : null}
      {overlay === 'help' ? <HelpDialog /> : null}
      {overlay === 'about' ? <AboutDialog /> : null}
      {picked === undefined ? null : <FilePicker {...picked} />}
    </div>
  );
}

function Workspace(): ReactNode {
  const texts = useTexts(windowTexts);
  return (
    <main className="workspace">
      <VerdictBar />
      <Split name="side" direction="row" fixed="first" initial={300} least={200} label={texts.resize}>
        <Side />
        <Split name="node" direction="row" fixed="second" initial={360} least={260} label={texts.resize}>
          <Middle />
          <NodeSide />
        </Split>
      </Split>
    </main>
  );
}

/** Without numbers there is no profile: the graph has all the room. */
function Middle(): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const { state, shown } = useAtom(app.run);
  if (shown.rows.size === 0 && state.kind !== 'running') return <Center />;
  return (
    <Split
      name="profile"
      direction="column"
      fixed="first"
      initial={Math.round(window.innerHeight * 0.3)}
      least={120}
      label={texts.resize}
    >
      <Profile />
      <Center />
    </Split>
  );
}

function Side(): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const tab = useAtom(app.sideTab);
  const { report } = useAtom(app.run).shown;
  return (
    <Tabs<SideTab>
      name="side"
      label={texts.sites}
      current={tab}
      onChange={(next) => app.sideTab.set(next)}
      tabs={[
        { id: 'sites', label: texts.sites, count: report?.verdict.sites.length },
        { id: 'tree', label: texts.tree },
        { id: 'nodes', label: texts.nodes },
      ]}
    >
      {tab === 'sites' ? <SitesList /> : tab === 'tree' ? <ModulesList /> : <NodesList />}
    </Tabs>
  );
}

function Center(): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const stageWords = useTexts(stageTexts);
  const tab = useAtom(app.centerTab);
  const { report } = useAtom(app.run).shown;
  const findings = useFindings();
  return (
    <Tabs<CenterTab>
      name="center"
      label={texts.graph}
      current={tab}
      onChange={(next) => app.centerTab.set(next)}
      tabs={[
        { id: 'graph', label: texts.graph },
        { id: 'inputs', label: texts.inputs, ...stageCount(differingInputs(report)) },
        { id: 'outputs', label: stageWords.outputs, ...stageCount(differingHeads(report)) },
        { id: 'tensors', label: texts.tensors },
        { id: 'coverage', label: texts.coverage },
        { id: 'findings', label: texts.findings, count: findings.length },
      ]}
    >
      {tab === 'graph' ? (
        <Graph />
      ) : tab === 'inputs' ? (
        <InputsView />
      ) : tab === 'outputs' ? (
        <OutputsView />
      ) : tab === 'tensors' ? (
        <TensorTable />
      ) : tab === 'findings' ? (
        <FindingsView />
      ) : (
        <CoverageView />
      )}
    </Tabs>
  );
}

/** A tab bears a number where there is something to see. */
function stageCount(count: number): { count?: number } {
  return count === 0 ? {} : { count };
}

function Graph(): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const model = useAtom(app.model);
  const { rows, report } = useAtom(app.run).shown;
  const metric = useAtom(app.metric);
  if (model === undefined)
    return <p className="hint">{texts.reportOnly(report?.environment.candidate.name ?? '')}</p>;
  return (
    <GraphPane
      model={model}
      rows={rows}
      report={report}
      metric={metric}
      selection={app.selection}
      hover={app.hover}
      brushed={app.brushed}
      onView={(view) => shownGraph.set(view)}
    />
  );
}

function NodeSide(): ReactNode {
  const texts = useTexts(windowTexts);
  return (
    <section className="node-side" aria-label={texts.node} tabIndex={0}>
      <NodePane />
    </section>
  );
}

/** What went wrong, until it is put away; a lost connection until it is there again. */
function Problems({ carrier }: { readonly carrier: Carrier }): ReactNode {
  const app = useApp();
  const texts = useTexts(windowTexts);
  const problem = useAtom(app.problem);
  const connection = useAtom(app.connection);
  return (
    <>
      {connection.kind === 'lost' ? (
        <div className="problem" role="alert">
          <span>
            <strong>{texts.lost}.</strong> {connection.reason} {texts.lostHint}
          </span>
          <button type="button" className="button-small" onClick={() => void connect(app, carrier, false)}>
            {texts.reconnect}
          </button>
        </div>
      ) : null}
      {problem === undefined ? null : (
        <div className="problem" role="alert">
          <span>{errorLine(problem)}</span>
          <button type="button" className="button-small" onClick={() => app.problem.set(undefined)}>
            {texts.dismiss}
          </button>
        </div>
      )}
    </>
  );
}

function Notice(): ReactNode {
  const app = useApp();
  const notice = useAtom(app.notice);
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {notice}
    </div>
  );
}

import type { CommandId, HostCommand } from '../../shared/commands.ts';
import { HOST_COMMANDS } from '../../shared/commands.ts';
import type { Carrier } from '../connect/carrier.ts';
import { host } from '../connect/host.ts';
import { saveBlob } from '../connect/save.ts';
import { graphImage } from '../graph/graph-image.ts';
import { attempt, cancelRun, exportAs, openDemo, startRun } from '../state/actions.ts';
import type { App } from '../state/app.ts';
import { connect } from '../state/connection.ts';
import { METRICS } from '../state/metrics.ts';
import { chooseLanguage, theme } from '../state/preferences.ts';
import { stepFinding } from '../state/select.ts';
import type { Perform } from './commands.ts';
import { pickPath } from './pick.ts';
import { shownGraph } from './shown-graph.ts';

type WindowCommand = Exclude<CommandId, HostCommand>;

const HOSTED: ReadonlySet<string> = new Set(HOST_COMMANDS);
const ISSUES = 'https://github.com/layerdiff/layerdiff/issues';

/** Carries out commands of menu, palette and keyboard. */
export function performer(app: App, carrier: Carrier): Perform {
  return (command) => {
    if (HOSTED.has(command)) {
      void host?.perform(command as HostCommand);
      return;
    }
    void perform(app, carrier, command as WindowCommand);
  };
}

async function perform(app: App, carrier: Carrier, command: WindowCommand): Promise<void> {
  switch (command) {
    case 'open-model':
      return pickPath(app, 'model');
    case 'open-reference':
      return pickPath(app, 'reference');
    case 'open-reference-folder':
      return pickPath(app, 'reference', true);
    case 'open-report':
      return pickPath(app, 'report');
    case 'open-demo':
      return openDemo(app);
    case 'export-json':
      return exportAs(app, 'json', saveBlob);
    case 'export-csv':
      return exportAs(app, 'csv', saveBlob);
    case 'export-markdown':
      return exportAs(app, 'markdown', saveBlob);
    case 'export-map':
      return exportAs(app, 'map', saveBlob);
    case 'export-graph-png':
    case 'export-graph-svg': {
      const kind = command === 'export-graph-png' ? 'png' : 'svg';
      const view = shownGraph.get();
      if (view === undefined) return undefined;
      return attempt(app, async () => saveBlob(`graph.${kind}`, await graphImage(kind, view)));
    }
    case 'run':
      return startRun(app);
    case 'cancel':
      return cancelRun(app);
    case 'restart-service':
      await host?.restartService();
      return connect(app, carrier, false);
    case 'find':
    case 'command-palette':
      app.overlay.set('palette');
      return;
    case 'next-finding':
      stepFinding(app, 1);
      return;
    case 'previous-finding':
      stepFinding(app, -1);
      return;
    case 'next-metric':
      app.metric.update((metric) => METRICS[(METRICS.indexOf(metric) + 1) % METRICS.length] ?? metric);
      return;
    case 'flat-graph':
      shownGraph.get()?.toggleFlat();
      return;
    case 'zoom-in':
      shownGraph.get()?.camera.zoomBy(1.4);
      return;
    case 'zoom-out':
      shownGraph.get()?.camera.zoomBy(1 / 1.4);
      return;
    case 'zoom-fit':
      shownGraph.get()?.fit();
      return;
    case 'theme-light':
    case 'theme-dark':
    case 'theme-system':
      theme.set(command === 'theme-light' ? 'light' : command === 'theme-dark' ? 'dark' : 'system');
      void host?.setTheme(theme.get());
      return;
    case 'language-en':
    case 'language-zh-CN':
      chooseLanguage(command === 'language-en' ? 'en' : 'zh-CN');
      void host?.setLanguage(command === 'language-en' ? 'en' : 'zh-CN');
      return;
    case 'keyboard-help':
      app.overlay.set('help');
      return;
    case 'about':
      app.overlay.set('about');
      return;
    case 'report-issue':
      if (host === undefined) window.open(ISSUES, '_blank', 'noopener');
      else void host.openExternal(ISSUES);
  }
}

import { answerCalls } from '../children/calls.ts';
import { floorApp } from './floor-app.ts';
import { FloorSettings, listen } from './listen.ts';

answerCalls({
  start(payload) {
    const settings = FloorSettings.parse(payload);
    return listen(floorApp({ ...settings, afterAnswer: () => undefined }), settings.port);
  },
});
